using FedActors.FL.Rounds;

namespace FedActors.FL.Configuration;

/// <summary>Whom a round waits for, how long, and what becomes of updates that come later.</summary>
public sealed record ProtocolOptions
{
    /// <summary>One of <see cref="Protocols.All"/>.</summary>
    public string Kind { get; init; } = Protocols.Synchronous;

    /// <summary>What becomes of an update that comes after its round, one of <see cref="LateUpdates.All"/>; of no meaning where there are no rounds to be late for.</summary>
    public string Late { get; init; } = LateUpdates.Drop;

    /// <summary>Share of a round's workers asked beyond those that it waits for: it closes when that many have answered, whoever they are.</summary>
    public double OverSelection { get; init; }

    /// <summary>λ of the semi-synchronous protocol: a round's time in epochs of the slowest worker.</summary>
    public double Lambda { get; init; } = 1;

    /// <summary>Whether the semi-synchronous protocol measures in every round, or keeps what it measured of a worker first.</summary>
    public bool Recompute { get; init; } = true;

    /// <summary>Updates that make a version of the asynchronous protocol; null for the strategy's own number: 10 for fedbuff, 1 for others.</summary>
    public int? Buffer { get; init; }

    /// <summary>An update made from a model so many versions old still counts.</summary>
    public int MaxStaleness { get; init; } = 100;

    /// <summary>How less a stale update counts, one of <see cref="StalenessWeight.All"/>.</summary>
    public string Staleness { get; init; } = StalenessWeight.Polynomial;

    /// <summary>a of the staleness weight; null for its own default: 0.5 for polynomial, 10 for hinge.</summary>
    public double? StalenessA { get; init; }

    /// <summary>b of the hinge: staleness up to it counts whole.</summary>
    public int StalenessB { get; init; } = 4;

    /// <summary>α of fedasync: how far one update moves the model.</summary>
    public double Mixing { get; init; } = 0.6;

    /// <summary>Updates that make a version under a strategy.</summary>
    public int BufferOf(string strategy) => Buffer ?? (strategy == Strategies.StrategyNames.FedBuff ? Protocols.FedBuffSize : 1);
}
