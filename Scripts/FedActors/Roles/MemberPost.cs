namespace FedActors.Scripts.Roles;

/// <summary>Which member a process is.</summary>
/// <param name="Node">Its node's id.</param>
/// <param name="ThroughCombiners">Whether it registers at combiners where the configuration names some.</param>
internal sealed record MemberPost(string Node, bool ThroughCombiners = false)
{
    /// <summary>The actor's name on the node.</summary>
    public string Actor { get; init; } = Node;

    /// <summary>Whether it passes the run's package on to others.</summary>
    public bool RelaysPackages { get; init; }
}
