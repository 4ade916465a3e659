using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.FL.Training;

namespace FedActors.FL.Roles;

/// <summary>Trains a site's model under one plan, away from the actor's turn and one request after another.</summary>
internal sealed class SiteTrainer(WorkerSetup setup, RunPlan plan, TimeProvider time)
{
    private DataSet? _data;
    private ITrainer? _trainer;
    private Task _last = Task.CompletedTask;

    /// <summary>The plan.</summary>
    public RunPlan Plan { get; } = plan;

    /// <summary>Begins training when what was asked before has ended, since both would use the same buffers.</summary>
    public Task<TrainedModel> TrainAsync(TrainRequest request, CancellationToken cancellationToken)
    {
        Task<TrainedModel> next = RunAfterAsync(_last, request, cancellationToken);
        _last = next;
        return next;
    }

    private async Task<TrainedModel> RunAfterAsync(Task before, TrainRequest request, CancellationToken cancellationToken)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        return await Task.Factory.StartNew(() => Train(request, cancellationToken), cancellationToken, TaskCreationOptions.DenyChildAttach, setup.Training);
    }

    private TrainedModel Train(TrainRequest request, CancellationToken cancellationToken)
    {
        _data ??= Plan.ToStandardiser().Apply(setup.Data);
        _trainer ??= setup.Trainer(new TrainerSubject(Plan.Specification, _data, Plan.Seed, setup.Site));
        ParameterVector global = request.Parameters.ToVector(Plan.Specification.Layout);
        TrainingOptions training = Plan.Training with { Mu = request.Mu };
        long started = time.GetTimestamp();
        double startLoss = request.MeasureStart ? Evaluation.Evaluate(Plan.Specification, global, _data!, cancellationToken).Loss : double.NaN;
        TrainingResult result = _trainer.Train(global, training, request.Key.Round, new LocalWork(request.Steps, request.Correction), cancellationToken);
        return new TrainedModel(result, time.GetElapsedTime(started), startLoss);
    }
}

/// <summary>What training gave, how long it took, and the loss before it where that was asked for.</summary>
internal sealed record TrainedModel(TrainingResult Training, TimeSpan Duration, double StartLoss);
