using FedActors.Crdt;
using FedActors.Crdt.Gossip;
using FedActors.FL.Configuration;
using FedActors.FL.Gossip;

namespace FedActors.Tests.Laws;

/// <summary>What replicas and peers of the laws are made of. One part replaced is a mutant, which a law has to notice.</summary>
internal sealed record LawParts
{
    /// <summary>Which of two entries of a key stays; null for the rule that is shipped.</summary>
    public Comparison<Stamp>? Order { get; init; }

    /// <summary>Whether tombstones are forgotten before all have acknowledged them.</summary>
    public bool ForgetsAtOnce { get; init; }

    /// <summary>Whether news are believed however old they are.</summary>
    public bool BelievesOldNews { get; init; }

    /// <summary>How a counter takes a slot in.</summary>
    public Func<PnCounter, CounterSlot, bool> MergeSlot { get; init; } = static (counter, slot) => counter.Merge(slot);

    /// <summary>What becomes of a message of the exchange on its way.</summary>
    public Func<ExchangeMessage, ExchangeMessage> Wire { get; init; } = static message => message;

    /// <summary>The rules by which peers learn.</summary>
    public Func<GossipOptions, GossipOptions> Options { get; init; } = static options => options;

    /// <summary>Rounds that a peer trains beyond the last.</summary>
    public int ExtraRounds { get; init; }

    /// <summary>Stands something around a peer's learning.</summary>
    public Func<LearningMachine, LearningStep> Learning { get; init; } = static machine => machine.Handle;
}

/// <summary>One input of a learning machine.</summary>
internal delegate IReadOnlyList<LearningEffect> LearningStep(LearningInput input, long now);
