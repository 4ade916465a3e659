using System.Text;

namespace FedActors.Actors.Diagnostics;

/// <summary>An actor and those beneath it, as they were found at one moment. Nothing stands still meanwhile, so parts may be a little older than others.</summary>
/// <param name="Actor">The actor.</param>
/// <param name="State">Where it stands in its life.</param>
/// <param name="IsInHandler">Whether its own code was running: a handler, a hook, its factory. An actor that is always found so, while its messages handled do not grow, hangs.</param>
/// <param name="Queued">Messages waiting in its mailbox.</param>
/// <param name="Capacity">Messages that its mailbox holds.</param>
/// <param name="Handled">Messages handled since it was spawned, by all its instances.</param>
/// <param name="Restarts">How often it got a new instance.</param>
/// <param name="Children">Its children, by name.</param>
public sealed record ActorSnapshot(
    ActorPath Actor, ActorState State, bool IsInHandler, int Queued, int Capacity, long Handled, int Restarts, IReadOnlyList<ActorSnapshot> Children)
{
    /// <summary>This actor and all beneath it, parents before their children.</summary>
    public IEnumerable<ActorSnapshot> All() => Children.SelectMany(child => child.All()).Prepend(this);

    /// <summary>The tree as text: a line for each actor, indented beneath its parent.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        Write(text, depth: 0);
        return text.ToString();
    }

    private void Write(StringBuilder text, int depth)
    {
        string name = Actor.Name[(Actor.Name.LastIndexOf('/') + 1)..];
        text.Append(' ', 2 * depth).Append(name).Append("  ").Append(State.ToString().ToLowerInvariant())
            .Append(IsInHandler ? " (in its code)" : string.Empty)
            .Append("  queued ").Append(Queued).Append("  handled ").Append(Handled).Append("  restarts ").Append(Restarts).Append('\n');
        foreach (ActorSnapshot child in Children)
        {
            child.Write(text, depth + 1);
        }
    }
}

/// <summary>Where an actor stands in its life.</summary>
public enum ActorState
{
    /// <summary>Made, and not started yet.</summary>
    Starting,

    /// <summary>Takes messages.</summary>
    Running,

    /// <summary>Failed, or has a failed sibling under an all-for-one strategy; waits for its parent's decision.</summary>
    Suspended,

    /// <summary>Waits for its children to end, to get a new instance.</summary>
    Restarting,

    /// <summary>Waits for its children to end, to end itself.</summary>
    Stopping,

    /// <summary>Has ended.</summary>
    Ended,
}
