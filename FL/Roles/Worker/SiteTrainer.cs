using FedActors.FL.Compression;
using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.FL.Training;

namespace FedActors.FL.Roles;

/// <summary>Trains a site's model under one plan, away from the actor's turn and one request after another.</summary>
internal sealed class SiteTrainer(WorkerSetup setup, RunPlan plan, TimeProvider time)
{
    private PackagePrograms? _programs;
    private TrainerSubject? _subject;
    private ITrainer? _trainer;
    private IValidator? _validator;
    private SiteCompression? _compression;
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

        // A site with a trainer of its own needs nobody else's.
        _programs ??= Plan.Package is { } package && setup.Trainer is null && package.Has(EntryPoint.Train)
            ? await setup.Packages.PrepareAsync(package, cancellationToken)
            : new PackagePrograms(setup.Trainer, null);
        return await Task.Factory.StartNew(() => Train(request, cancellationToken), cancellationToken, TaskCreationOptions.DenyChildAttach, setup.Training);
    }

    private SiteCompression Compression() => _compression ??= CompressionPipeline.TryParse(Plan.Compression, out CompressionPipeline? pipeline)
        ? new SiteCompression(pipeline, Plan, setup.Site, setup.Residuals)
        : throw new InvalidOperationException($"This program does not know the compression '{Plan.Compression}'.");

    private TrainedModel Train(TrainRequest request, CancellationToken cancellationToken)
    {
        _subject ??= new TrainerSubject(Plan.Specification, Plan.ToStandardiser().Apply(setup.Data), Plan.Seed, setup.Site);
        _trainer ??= _programs!.Trainer?.Invoke(_subject) ?? new LocalTrainer(_subject.Specification, _subject.Data, _subject.Seed, _subject.Site);
        ParameterVector global = request.Parameters.ToVector(Plan.Specification.Layout);
        TrainingOptions training = Plan.Training with { Mu = request.Mu };
        long started = time.GetTimestamp();
        double startLoss = double.NaN;
        if (request.MeasureStart)
        {
            _validator ??= _programs!.Validator?.Invoke(_subject) ?? new BuiltInValidator(_subject.Specification, _subject.Data);
            startLoss = _validator.Validate(global, request.Key.Round, cancellationToken).Loss;
        }

        TrainingResult result = _trainer.Train(global, training, request.Key.Round, new LocalWork(request.Steps, request.Correction), cancellationToken);
        CompressedParameters compressed = Compression().Compress(global, result.Parameters, request.Key.Round, request.Settled);
        return new TrainedModel(result, compressed, time.GetElapsedTime(started), startLoss);
    }
}

/// <summary>What training gave, how it is sent, how long all that took, and the loss before it where that was asked for.</summary>
internal sealed record TrainedModel(TrainingResult Training, CompressedParameters Compressed, TimeSpan Duration, double StartLoss);
