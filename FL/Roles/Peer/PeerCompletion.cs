using FedActors.FL.Gossip;

namespace FedActors.FL.Roles;

/// <summary>Lets the process that hosts a peer await its end.</summary>
public sealed class PeerCompletion
{
    private readonly TaskCompletionSource<PeerResult> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the peer has left, or was refused for good.</summary>
    public Task<PeerResult> Task => _source.Task;

    /// <summary>What the peer has begun to leave with, or null. Its next instance, after a failure, goes on with that.</summary>
    internal PeerResult? Leaving { get; set; }

    internal void Complete(PeerResult result) => _source.TrySetResult(result);
}

/// <summary>How a peer ended.</summary>
/// <param name="Status">What it was at.</param>
/// <param name="Outcome">How.</param>
/// <param name="Reason">Why, where the outcome does not say it all.</param>
public sealed record PeerResult(PeerStatus Status, PeerOutcome Outcome, string? Reason);

/// <summary>How a peer can end.</summary>
public enum PeerOutcome
{
    /// <summary>It was told to stop.</summary>
    Stopped = 1,

    /// <summary>All who were here hold one final mean.</summary>
    Agreed = 2,

    /// <summary>Every peer that it called refused it.</summary>
    Refused = 3,

    /// <summary>Another process bears its name, and lives.</summary>
    Superseded = 4,
}

/// <summary>Tells a peer to leave: it says so to its neighbours, saves what it knows, and ends.</summary>
/// <param name="Reason">Why.</param>
public sealed record StopPeer(string Reason);
