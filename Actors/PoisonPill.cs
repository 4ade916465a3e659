namespace FedActors.Actors;

/// <summary>Stops an actor of this node when its turn in the mailbox comes: what was sent before is handled, what comes after is not.</summary>
public sealed record PoisonPill
{
    private PoisonPill()
    {
    }

    /// <summary>The message.</summary>
    public static PoisonPill Instance { get; } = new();
}
