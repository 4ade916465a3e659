using FedActors.Actors;
using FedActors.FL.Protocol;
using FedActors.FL.Training;

namespace FedActors.FL.Roles;

/// <summary>Scores models on held-out data, one after another and away from its turn.</summary>
internal sealed class EvaluatorActor : Actor
{
    private readonly EvaluatorSetup _setup;
    private readonly Membership _membership;
    private RunValidator? _validator;

    public EvaluatorActor(EvaluatorSetup setup)
    {
        _setup = setup;
        _membership = new Membership("evaluator", setup, context =>
            new RegisterEvaluator(setup.MemberId, setup.Site, setup.Specification, setup.Data.Count, context.System.Incarnation));
    }

    protected override ValueTask OnStartedAsync(ActorContext context)
    {
        _membership.Start(context);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask OnStoppedAsync(ActorContext context)
    {
        _membership.Stop();
        _setup.Completion.Before = _validator?.Last ?? _setup.Completion.Before;
        return ValueTask.CompletedTask;
    }

    protected override ValueTask OnRestartingAsync(ActorContext context, Exception reason) => OnStoppedAsync(context);

    protected override ValueTask OnReceiveAsync(ActorContext context, object message)
    {
        if (message is Answer answer)
        {
            return _membership.TellAsync(context, answer.Message);
        }

        if (_membership.TryHandle(context, message) || !_membership.IsFromProvider(context))
        {
            return ValueTask.CompletedTask;
        }

        switch (message)
        {
            case RunPlan plan when _validator is null || !_validator.Plan.TrainsAs(plan):
                _validator = new RunValidator(_setup, plan, _validator?.Last ?? _setup.Completion.Before, context.Time);
                break;
            case EvaluateModel model:
                return OnModelAsync(context, model);
        }

        return ValueTask.CompletedTask;
    }

    private ValueTask OnModelAsync(ActorContext context, EvaluateModel model)
    {
        if (_validator is null || _validator.Plan.RunId != model.Key.RunId || model.Parameters.Length != _validator.Plan.Specification.Layout.Count)
        {
            return _membership.TellAsync(context, new EvaluationFailed(model.Key, $"the evaluator has no plan that {model.Parameters.Length} parameters of run {model.Key.RunId} fit"));
        }

        context.PipeToSelf(
            _validator.ValidateAsync(model, context.Stopping),
            metrics => new Answer(new EvaluationResult(
                model.Key, model.ParameterHash, metrics.Samples, metrics.Accuracy, metrics.Loss, metrics.PerClassAccuracy.ToArray(), metrics.Confusion.ToArray())),
            failure =>
            {
                Log.EvaluationFailed(context.Log, model.Key.Round, failure);
                return new Answer(new EvaluationFailed(model.Key, WireText.Clip($"{failure.GetType().Name}: {failure.Message}")));
            });
        return ValueTask.CompletedTask;
    }

    private sealed record Answer(object Message);
}
