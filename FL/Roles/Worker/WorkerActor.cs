using FedActors.Actors;
using FedActors.FL.Data;
using FedActors.FL.Protocol;
using FedActors.FL.Rounds;
using FedActors.FL.Training;

namespace FedActors.FL.Roles;

/// <summary>Trains on its own site's data when asked. The data never leave it; parameters and figures do.</summary>
/// <remarks>Holds one update in memory: asked again for the round that it has just finished, it answers at once.</remarks>
internal sealed class WorkerActor : Actor
{
    private readonly WorkerSetup _setup;
    private readonly Membership _membership;
    private SiteTrainer? _trainer;
    private TrainingJob? _job;
    private (TrainRequest Request, ModelUpdate Update)? _last;
    private (string? Text, int Times) _failure;

    public WorkerActor(WorkerSetup setup)
    {
        _setup = setup;
        byte[] moments = setup.Moments.ToBytes();
        _membership = new Membership("worker", setup, context =>
            new RegisterWorker(setup.MemberId, setup.Site, setup.Specification, setup.Data.Count, moments, context.System.Incarnation));
    }

    protected override ValueTask OnStartedAsync(ActorContext context)
    {
        _membership.Start(context);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask OnReceiveAsync(ActorContext context, object message)
    {
        if (message is TrainingEnded ended)
        {
            return OnTrainingEndedAsync(context, ended);
        }

        if (message is RunEnded && _membership.IsFromProvider(context))
        {
            Forget();
        }

        return _membership.TryHandle(context, message) || !_membership.IsFromProvider(context)
            ? ValueTask.CompletedTask
            : OnProviderAsync(context, message);
    }

    protected override ValueTask OnStoppedAsync(ActorContext context)
    {
        Forget();
        _membership.Stop();
        return ValueTask.CompletedTask;
    }

    protected override ValueTask OnRestartingAsync(ActorContext context, Exception reason) => OnStoppedAsync(context);

    private async ValueTask OnProviderAsync(ActorContext context, object message)
    {
        switch (message)
        {
            case RunPlan plan when _trainer is null || !_trainer.Plan.TrainsAs(plan):
                Forget();
                _trainer = new SiteTrainer(_setup, plan, context.Time, _setup.Completion.Before, context.Stopping);
                break;
            case TrainRequest request:
                await OnRequestAsync(context, request);
                break;
            case UpdateRefused refused:
                Log.OwnUpdateRefused(context.Log, refused.Key.Round, refused.Code, refused.Text);
                if (refused.Code == RefusalReason.UnknownWorker.Code())
                {
                    _membership.RegisterNow(context);
                }

                break;
        }
    }

    private async ValueTask OnRequestAsync(ActorContext context, TrainRequest request)
    {
        if (FindFault(request) is { } fault)
        {
            await _membership.TellAsync(context, new TrainingFailed(request.Key, _setup.MemberId, fault));
        }
        else if (_last is { } last && TrainingJob.IsSame(last.Request, request))
        {
            await _membership.TellAsync(context, last.Update with { Key = request.Key });
        }
        else if (_job is not null && _job.Answers(request))
        {
            _job.Key = request.Key;
        }
        else
        {
            Begin(context, request);
        }
    }

    private string? FindFault(TrainRequest request)
    {
        if (_trainer is null || _trainer.Plan.RunId != request.Key.RunId)
        {
            return $"the worker has no plan of run {request.Key.RunId}";
        }

        int expected = _trainer.Plan.Specification.Layout.Count;
        if (request.Parameters.Length != expected)
        {
            return $"the request has {request.Parameters.Length} parameters; the model has {expected}";
        }

        return request.Correction.IsEmpty || request.Correction.Length == expected
            ? null
            : $"the request has a correction of {request.Correction.Length} numbers; the model has {expected}";
    }

    private void Begin(ActorContext context, TrainRequest request)
    {
        // Whatever is in progress is of no use any more: the provider asks for something else.
        _job?.Cancel();
        CancellationTokenSource cancellation = CancellationTokenSource.CreateLinkedTokenSource(context.Stopping);
        TrainingJob job = new(request, cancellation);
        _job = job;
        context.PipeToSelf(
            _trainer!.TrainAsync(request, cancellation.Token),
            trained => new TrainingEnded(job, trained, null),
            failure => new TrainingEnded(job, null, failure));
    }

    private async ValueTask OnTrainingEndedAsync(ActorContext context, TrainingEnded ended)
    {
        ended.Job.Dispose();
        if (ended.Job != _job)
        {
            return;
        }

        _job = null;
        if (ended.Trained is { } trained)
        {
            _failure = default;
            TrainingResult result = trained.Training;
            Log.Trained(context.Log, ended.Job.Key.Round, trained.Duration.TotalMilliseconds, result.Loss, result.Accuracy);
            if (trained.Compressed.Lost is { } lost)
            {
                Log.ResidualLost(context.Log, ended.Job.Key.Round, lost);
            }

            ReadOnlyMemory<byte> body = trained.Compressed.Body;
            ModelUpdate update = new(
                ended.Job.Key, _setup.MemberId, body.IsEmpty ? result.Parameters.Memory : default, result.Samples, result.Loss, result.Accuracy, trained.Duration, result.Steps, trained.StartLoss, body);
            _last = (ended.Job.Request, update);
            await _membership.TellAsync(context, update);
        }
        else if (ended.Failure is { } failure)
        {
            LogFailure(context, ended.Job.Key.Round, failure);
            await _membership.TellAsync(context, new TrainingFailed(ended.Job.Key, _setup.MemberId, WireText.Clip($"{failure.GetType().Name}: {failure.Message}")));
        }
    }

    /// <summary>What fails for one reason round after round is told whole once, and then counted.</summary>
    private void LogFailure(ActorContext context, int round, Exception failure)
    {
        if (failure.Message == _failure.Text)
        {
            _failure.Times++;
            Log.TrainingFailedAgain(context.Log, round, _failure.Times);
        }
        else
        {
            _failure = (failure.Message, 1);
            Log.TrainingFailed(context.Log, round, failure);
        }
    }

    private void Forget()
    {
        _job?.Cancel();
        _job = null;
        _last = null;
        _setup.Completion.Before = _trainer?.EndAsync() ?? _setup.Completion.Before;
        _trainer = null;
    }

    private sealed record TrainingEnded(TrainingJob Job, TrainedModel? Trained, Exception? Failure);
}
