using FedActors.Crdt;

namespace FedActors.FL.Gossip;

/// <summary>Something that has happened to a peer's learning. A closed set.</summary>
public abstract record LearningInput
{
    private protected LearningInput()
    {
    }
}

/// <summary>The standard of the features is known, or another has taken its place. What was trained on another one counts no more.</summary>
/// <param name="Hash">Which.</param>
/// <param name="Peers">Whom it names: they begin together.</param>
public sealed record StandardTaken(ContentHash Hash, IReadOnlyList<string> Peers) : LearningInput;

/// <summary>A peer's model is known.</summary>
/// <param name="Entry">The model; this peer's own only from an earlier life.</param>
public sealed record ModelHeard(ModelEntry Entry) : LearningInput;

/// <summary>A peer has said how far it is, which is a sign of life.</summary>
/// <param name="Peer">Who.</param>
/// <param name="Progress">How far.</param>
public sealed record ProgressHeard(string Peer, PeerProgress Progress) : LearningInput;

/// <summary>A peer is held to be here, or not to be.</summary>
/// <param name="Peer">Who.</param>
/// <param name="IsHere">Whether it lives and has not left.</param>
public sealed record PresenceChanged(string Peer, bool IsHere) : LearningInput;

/// <summary>The training that was asked for has ended, and its model is durable.</summary>
/// <param name="Entry">What it gave.</param>
public sealed record ModelTrained(ModelEntry Entry) : LearningInput;

/// <summary>The training that was asked for has failed.</summary>
/// <param name="Round">Which.</param>
/// <param name="Reason">Why.</param>
public sealed record TrainingBroken(int Round, string Reason) : LearningInput;

/// <summary>The mean that was asked for is computed.</summary>
/// <param name="Id">Which.</param>
/// <param name="Change">Euclidean norm of what it differs by from the mean before it.</param>
/// <param name="Hash">Its parameters' hash.</param>
public sealed record MeanComputed(int Id, double Change, string Hash) : LearningInput;

/// <summary>The mean that was asked for cannot be computed: no model in it is sound.</summary>
/// <param name="Id">Which.</param>
/// <param name="Reason">Why.</param>
public sealed record MeanFailed(int Id, string Reason) : LearningInput;

/// <summary>A peer is gone for good: what it had published in this incarnation or before it counts no more.</summary>
/// <param name="Peer">Who.</param>
/// <param name="Incarnation">The last one that is gone.</param>
public sealed record PeerRemoved(string Peer, ulong Incarnation) : LearningInput;

/// <summary>Time has passed; given at <see cref="LearningMachine.Due"/>, or at any other time.</summary>
public sealed record LearningDue : LearningInput;

/// <summary>How far a peer is.</summary>
/// <param name="IsDone">Whether it trains no more.</param>
/// <param name="Round">Its last round.</param>
/// <param name="Settled">The hash of its mean, once all whom it knows are done; null before.</param>
/// <param name="Standard">The standard that it trains on; the default before there is one.</param>
public sealed record PeerProgress(bool IsDone, int Round, string? Settled, ContentHash Standard);
