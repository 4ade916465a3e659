namespace FedActors.FL.Gossip;

/// <summary>Something that the caller must do, in the order given. A closed set.</summary>
public abstract record MemberEffect
{
    private protected MemberEffect()
    {
    }
}

/// <summary>Ask a neighbour whether it lives.</summary>
/// <param name="To">Whom.</param>
/// <param name="Sequence">The question's number.</param>
/// <param name="Records">What to tell it besides.</param>
public sealed record SendProbe(string To, ulong Sequence, IReadOnlyList<MemberRecord> Records) : MemberEffect;

/// <summary>Answer a probe.</summary>
/// <param name="To">Whom.</param>
/// <param name="Sequence">The question's number.</param>
/// <param name="Records">What to tell it besides.</param>
public sealed record SendAnswer(string To, ulong Sequence, IReadOnlyList<MemberRecord> Records) : MemberEffect;

/// <summary>Ask a neighbour to probe another.</summary>
/// <param name="To">Whom.</param>
/// <param name="Sequence">The question's number.</param>
/// <param name="Target">Whom to probe.</param>
public sealed record AskToProbe(string To, ulong Sequence, string Target) : MemberEffect;

/// <summary>Tell who asked that the target did not answer.</summary>
/// <param name="To">Whom.</param>
/// <param name="Sequence">The question's number.</param>
public sealed record SendSilence(string To, ulong Sequence) : MemberEffect;

/// <summary>Tell a neighbour all that is known of everybody.</summary>
/// <param name="To">Whom.</param>
/// <param name="Records">Everybody, this peer included.</param>
/// <param name="WantsAnswer">Whether to ask for the same.</param>
public sealed record SendMembers(string To, IReadOnlyList<MemberRecord> Records, bool WantsAnswer) : MemberEffect;

/// <summary>What is believed of a member has changed.</summary>
/// <param name="Record">What is believed now.</param>
/// <param name="Before">What was believed before; null of one who is new.</param>
public sealed record MemberChanged(MemberRecord Record, MemberRecord? Before) : MemberEffect;

/// <summary>Somebody else claims to be this peer, with a beat that this one had not drawn: a former life, a copy of its disk that runs, or slander.</summary>
/// <param name="Claim">The claim, which was contradicted.</param>
/// <param name="From">Who passed it on.</param>
public sealed record IdentityContested(MemberRecord Claim, string From) : MemberEffect;
