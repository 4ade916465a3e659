namespace FedActors.FL.Gossip;

/// <summary>Something that has happened to a peer's membership. A closed set.</summary>
public abstract record MemberInput
{
    private protected MemberInput()
    {
    }
}

/// <summary>Time has passed; given at <see cref="MembershipMachine.Due"/>, or at any other time.</summary>
public sealed record ProbesDue : MemberInput;

/// <summary>A neighbour can be called from now on, or again.</summary>
/// <param name="Peer">Which.</param>
public sealed record NeighbourFound(string Peer) : MemberInput;

/// <summary>A neighbour cannot be called any more.</summary>
/// <param name="Peer">Which.</param>
/// <param name="Broke">Whether its connection broke and did not come back, which is reason to suspect it.</param>
public sealed record NeighbourGone(string Peer, bool Broke) : MemberInput;

/// <summary>Somebody told what it knows of members.</summary>
/// <param name="From">Who.</param>
/// <param name="Records">Of whom.</param>
public sealed record RecordsHeard(string From, IReadOnlyList<MemberRecord> Records) : MemberInput;

/// <summary>Somebody asks whether this peer lives.</summary>
/// <param name="From">Who.</param>
/// <param name="Sequence">Its number for the question.</param>
public sealed record ProbeHeard(string From, ulong Sequence) : MemberInput;

/// <summary>A neighbour has answered a probe.</summary>
/// <param name="From">Who.</param>
/// <param name="Sequence">The question's number.</param>
public sealed record AnswerHeard(string From, ulong Sequence) : MemberInput;

/// <summary>A neighbour could not reach the peer that it was asked to probe.</summary>
/// <param name="From">Who.</param>
/// <param name="Sequence">The question's number.</param>
public sealed record SilenceHeard(string From, ulong Sequence) : MemberInput;

/// <summary>A neighbour asks this peer to probe another in its place.</summary>
/// <param name="From">Who.</param>
/// <param name="Sequence">Its number for the question.</param>
/// <param name="Target">Whom to probe.</param>
public sealed record ProbeAsked(string From, ulong Sequence, string Target) : MemberInput;

/// <summary>This peer leaves.</summary>
public sealed record LeaveAsked : MemberInput;
