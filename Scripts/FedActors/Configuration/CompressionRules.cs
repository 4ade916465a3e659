using FedActors.FL.Compression;
using FedActors.FL.Rounds;
using FedActors.FL.Strategies;

namespace FedActors.Scripts.Configuration;

/// <summary>Which stages make a pipeline, and which strategies and protocols it goes with.</summary>
internal static class CompressionRules
{
    // They look at one coordinate of all updates at a time.
    private static readonly string[] CoordinateWise = [StrategyNames.FedMedian, StrategyNames.FedTrimmedAvg, StrategyNames.Bulyan];

    private const string Unbiased = "int8, int4 or float16";

    public static IEnumerable<ConfigFault> Check(ConfigValues values)
    {
        if (!values.AreReadable(ConfigKeys.Compression, ConfigKeys.Strategy, ConfigKeys.Protocol, ConfigKeys.Late) || values.Get(ConfigKeys.Compression) is not { Count: > 0 } stages)
        {
            return [];
        }

        string? fault = CompressionPipeline.FindFault(stages) ?? FindMisfit(values, CompressionPipeline.From(stages));
        return fault is null ? [] : [ConfigRules.Fault(values, ConfigKeys.Compression, fault)];
    }

    private static string? FindMisfit(ConfigValues values, CompressionPipeline pipeline)
    {
        string strategy = values.Get(ConfigKeys.Strategy);
        if (values.Get(ConfigKeys.Mode) == "gossip")
        {
            return $"is for the updates that workers send to a provider; peers of {ConfigKeys.Mode.Path} gossip exchange models";
        }

        if (!pipeline.LeavesResidual)
        {
            return null;
        }

        if (strategy is StrategyNames.Scaffold or StrategyNames.FedRec)
        {
            return $"leaves parts of an update for later rounds, and strategy {strategy} needs each round's whole; take {Unbiased}, or another strategy";
        }

        if (values.Get(ConfigKeys.Protocol) == Protocols.Asynchronous)
        {
            return $"leaves parts of an update for later rounds, which count for another weight when {ConfigKeys.Protocol.Path} is {Protocols.Asynchronous}; take {Unbiased}, or another protocol";
        }

        if (values.Get(ConfigKeys.Late) != LateUpdates.Drop)
        {
            return $"leaves parts of an update for later rounds, and {ConfigKeys.Late.Path} must be {LateUpdates.Drop} for it; or take {Unbiased}";
        }

        return pipeline.ChoosesCoordinates && CoordinateWise.Contains(strategy)
            ? $"lets each worker choose its coordinates, and strategy {strategy} compares coordinate by coordinate: where most send nothing it finds 0; take randomk, which sends the same coordinates everywhere, or {Unbiased}"
            : null;
    }
}
