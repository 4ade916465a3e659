using FedActors.FL.Compression;
using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.FL.Training;

namespace FedActors.FL.Roles;

/// <summary>Trains a site's model under one plan, away from the actor's turn and one request after another.</summary>
internal sealed class SiteTrainer
{
    private readonly WorkerSetup _setup;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _ending;
    private readonly CancellationToken _ended;
    private readonly FormerWork _former;
    private Task<PackagePrograms> _preparing;
    private Task _last = Task.CompletedTask;
    private PackagePrograms? _programs;
    private TrainerSubject? _subject;
    private ITrainer? _trainer;
    private IValidator? _validator;
    private SiteCompression? _compression;

    /// <summary>Begins to prepare the plan's package. That may take longer than rounds do: no request's end ends it.</summary>
    /// <param name="setup">The worker.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="time">The clock.</param>
    /// <param name="before">What still works on the same folders.</param>
    /// <param name="stopping">Ends it with the worker.</param>
    public SiteTrainer(WorkerSetup setup, RunPlan plan, TimeProvider time, Task before, CancellationToken stopping)
    {
        (_setup, Plan, _time) = (setup, plan, time);
        _former = new FormerWork(before, time);
        _ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        _ended = _ending.Token;
        _preparing = PrepareAsync(_last);
    }

    /// <summary>The plan.</summary>
    public RunPlan Plan { get; }

    /// <summary>Begins training when what was asked before has ended, since both would use the same buffers.</summary>
    public Task<TrainedModel> TrainAsync(TrainRequest request, CancellationToken cancellationToken)
    {
        if (_preparing.IsFaulted)
        {
            _preparing = PrepareAsync(_last);
        }

        Task<TrainedModel> next = RunAfterAsync(_last, _preparing, request, cancellationToken);
        _last = next;
        return next;
    }

    /// <summary>Ends the preparation. It is not asked to train any more.</summary>
    /// <returns>Ends when nothing of it works on its folders any more.</returns>
    public Task EndAsync()
    {
        _ending.Cancel();
        _ending.Dispose();
        return Task.WhenAll(_former.Work, _last, _preparing);
    }

    private async Task<PackagePrograms> PrepareAsync(Task before)
    {
        // A site with a trainer of its own needs nobody else's.
        if (Plan.Package is not { } package || _setup.Trainer is not null || !package.Has(EntryPoint.Train))
        {
            return new PackagePrograms(_setup.Trainer, null);
        }

        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await _former.EndAsync(_ended);
        return await _setup.Packages.PrepareAsync(package, _ended);
    }

    private async Task<TrainedModel> RunAfterAsync(Task before, Task<PackagePrograms> preparing, TrainRequest request, CancellationToken cancellationToken)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await _former.EndAsync(cancellationToken);
        _programs = await preparing.WaitAsync(cancellationToken);
        return await Task.Factory.StartNew(() => Train(request, cancellationToken), cancellationToken, TaskCreationOptions.DenyChildAttach, _setup.Training);
    }

    private SiteCompression Compression() => _compression ??= CompressionPipeline.TryParse(Plan.Compression, out CompressionPipeline? pipeline)
        ? new SiteCompression(pipeline, Plan, _setup.Site, _setup.Residuals)
        : throw new InvalidOperationException($"This program does not know the compression '{Plan.Compression}'.");

    private TrainedModel Train(TrainRequest request, CancellationToken cancellationToken)
    {
        _subject ??= new TrainerSubject(Plan.Specification, Plan.ToStandardiser().Apply(_setup.Data), Plan.Seed, _setup.Site);
        _trainer ??= _programs!.Trainer?.Invoke(_subject) ?? new LocalTrainer(_subject.Specification, _subject.Data, _subject.Seed, _subject.Site);
        ParameterVector global = request.Parameters.ToVector(Plan.Specification.Layout);
        TrainingOptions training = Plan.Training with { Mu = request.Mu };
        long started = _time.GetTimestamp();
        double startLoss = double.NaN;
        if (request.MeasureStart)
        {
            _validator ??= _programs!.Validator?.Invoke(_subject) ?? new BuiltInValidator(_subject.Specification, _subject.Data);
            startLoss = _validator.Validate(global, request.Key.Round, cancellationToken).Loss;
        }

        TrainingResult result = _trainer.Train(global, training, request.Key.Round, new LocalWork(request.Steps, request.Correction), cancellationToken);
        CompressedParameters compressed = Compression().Compress(global, result.Parameters, request.Key.Round, request.Settled);
        return new TrainedModel(result, compressed, _time.GetElapsedTime(started), startLoss);
    }
}

/// <summary>What training gave, how it is sent, how long all that took, and the loss before it where that was asked for.</summary>
internal sealed record TrainedModel(TrainingResult Training, CompressedParameters Compressed, TimeSpan Duration, double StartLoss);
