namespace FedActors.FL.Strategies;

/// <summary>The strategies' names in configuration.</summary>
public static class StrategyNames
{
    /// <summary>McMahan et al. 2017: the mean, weighted by examples.</summary>
    public const string FedAvg = "fedavg";

    /// <summary>Li et al. 2020: the same, with sites held near the global model.</summary>
    public const string FedProx = "fedprox";

    /// <summary>Hsu et al. 2019: momentum at the server.</summary>
    public const string FedAvgM = "fedavgm";

    /// <summary>Reddi et al. 2021.</summary>
    public const string FedAdagrad = "fedadagrad";

    /// <summary>Reddi et al. 2021.</summary>
    public const string FedAdam = "fedadam";

    /// <summary>Reddi et al. 2021.</summary>
    public const string FedYogi = "fedyogi";

    /// <summary>Karimireddy et al. 2020: sites correct their direction by everybody's.</summary>
    public const string Scaffold = "scaffold";

    /// <summary>Wang et al. 2020: sites that take more steps do not count for more.</summary>
    public const string FedNova = "fednova";

    /// <summary>Li et al. 2020: sites with a larger loss count for more.</summary>
    public const string QFedAvg = "qfedavg";

    /// <summary>MetisFL: the mean, some updates at a time.</summary>
    public const string FedStride = "fedstride";

    /// <summary>Xie et al. 2019: each update moves the model when it comes.</summary>
    public const string FedAsync = "fedasync";

    /// <summary>Nguyen et al. 2022: some updates together move the model.</summary>
    public const string FedBuff = "fedbuff";

    /// <summary>MetisFL: the mean of every site's last update.</summary>
    public const string FedRec = "fedrec";

    /// <summary>Yin et al. 2018: the median of each coordinate.</summary>
    public const string FedMedian = "fedmedian";

    /// <summary>Yin et al. 2018: the trimmed mean of each coordinate.</summary>
    public const string FedTrimmedAvg = "fedtrimmedavg";

    /// <summary>Blanchard et al. 2017.</summary>
    public const string Krum = "krum";

    /// <summary>Blanchard et al. 2017.</summary>
    public const string MultiKrum = "multikrum";

    /// <summary>El Mhamdi et al. 2018.</summary>
    public const string Bulyan = "bulyan";

    /// <summary>Pillutla et al. 2019: the geometric median.</summary>
    public const string Rfa = "rfa";

    /// <summary>Sun et al. 2019.</summary>
    public const string NormClipping = "normclipping";

    /// <summary>Karimireddy et al. 2021.</summary>
    public const string CenteredClipping = "centeredclipping";

    /// <summary>Those that need the asynchronous protocol.</summary>
    public static IReadOnlyList<string> Asynchronous { get; } = [FedAsync, FedBuff, FedRec];

    /// <summary>Those that know no stale updates: what they compare or remember belongs to one model.</summary>
    public static IReadOnlyList<string> SynchronousOnly { get; } = [Scaffold, FedNova, QFedAvg];

    /// <summary>Xiao and Boyd 2004: each peer moves towards its neighbours, with Metropolis-Hastings weights.</summary>
    public const string GossipAvg = "gossipavg";

    /// <summary>Fang et al. 2024: neighbours count whose models are near a peer's own.</summary>
    public const string Balance = "balance";

    /// <summary>Guo et al. 2021: neighbours count whose models are near, and no worse on a peer's own data.</summary>
    public const string Ubar = "ubar";

    /// <summary>Those by which a peer averages with its neighbours in the topology.</summary>
    public static IReadOnlyList<string> Neighbours => [GossipAvg, Balance, Ubar];

    /// <summary>Those whose updates may be mixed before they are reduced: nothing that a site says of its update beside its weight is read.</summary>
    public static IReadOnlyList<string> Rules { get; } =
        [FedAvg, FedProx, FedAvgM, FedAdagrad, FedAdam, FedYogi, FedMedian, FedTrimmedAvg, Krum, MultiKrum, Bulyan, Rfa, NormClipping, CenteredClipping];

    /// <summary>Those that peers of gossip mode can use: what they give depends on the models alone, and on nothing that somebody must remember.</summary>
    public static IReadOnlyList<string> Peers { get; } =
        [FedAvg, FedProx, FedMedian, FedTrimmedAvg, Krum, MultiKrum, Bulyan, Rfa, NormClipping, CenteredClipping, .. Neighbours];

    /// <summary>All of them, in the order in which they are shown.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        FedAvg, FedProx, FedAvgM, FedAdagrad, FedAdam, FedYogi, Scaffold, FedNova, QFedAvg, FedStride, FedAsync, FedBuff, FedRec,
        FedMedian, FedTrimmedAvg, Krum, MultiKrum, Bulyan, Rfa, NormClipping, CenteredClipping,
    ];
}
