using FedActors.Actors.Serialization;

namespace FedActors.FL.Protocol;

/// <summary>All messages of coordinated mode.</summary>
public static class CoordinatedProtocol
{
    /// <summary>Adds them to a node's registry.</summary>
    /// <param name="builder">The registry being built.</param>
    /// <returns>The same builder.</returns>
    public static MessageRegistryBuilder Register(MessageRegistryBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder
            .Add<RegisterWorker>()
            .Add<RegisterEvaluator>()
            .Add<RegisterAggregator>()
            .Add<Registered>()
            .Add<RegistrationRefused>()
            .Add<RunPlan>()
            .Add<RunEnded>()
            .Add<RegisterAgain>()
            .Add<TrainRequest>()
            .Add<ModelUpdate>()
            .Add<TrainingFailed>()
            .Add<UpdateRefused>()
            .Add<GlobalModelBroadcast>()
            .Add<OpenRound>()
            .Add<AccumulateUpdate>()
            .Add<CloseRound>()
            .Add<AggregatedResult>()
            .Add<AggregationFailed>()
            .Add<UpdateNotAccumulated>()
            .Add<EvaluateModel>()
            .Add<EvaluationResult>()
            .Add<EvaluationFailed>()
            .Add<PackageRequest>()
            .Add<PackagePart>()
            .Add<PackageRefused>()
            .Add<RegisterCombiner>()
            .Add<RoundModel>()
            .Add<UpdateFiguresReport>()
            .Add<WorkerLeft>()
            .Add<CountUpdate>()
            .Add<SumRequest>()
            .Add<PartialSum>()
            .Add<SumFailed>()
            .Add<AccumulateSum>()
            .Add<SumNotAccumulated>();
    }
}
