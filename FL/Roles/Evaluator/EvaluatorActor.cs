using FedActors.Actors;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.FL.Training;

namespace FedActors.FL.Roles;

/// <summary>Scores models on held-out data, one after another and away from its turn.</summary>
internal sealed class EvaluatorActor : Actor
{
    private readonly EvaluatorSetup _setup;
    private readonly Membership _membership;
    private RunPlan? _plan;
    private Lazy<DataSet>? _standardised;
    private Task _last = Task.CompletedTask;

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
            case RunPlan plan when _plan is null || !_plan.TrainsAs(plan):
                _plan = plan;
                _standardised = new Lazy<DataSet>(() => plan.ToStandardiser().Apply(_setup.Data));
                break;
            case EvaluateModel model:
                return OnModelAsync(context, model);
        }

        return ValueTask.CompletedTask;
    }

    private ValueTask OnModelAsync(ActorContext context, EvaluateModel model)
    {
        if (_plan is null || _plan.RunId != model.Key.RunId || model.Parameters.Length != _plan.Specification.Layout.Count)
        {
            return _membership.TellAsync(context, new EvaluationFailed(model.Key, $"the evaluator has no plan that {model.Parameters.Length} parameters of run {model.Key.RunId} fit"));
        }

        Task<EvaluationMetrics> next = RunAfterAsync(_last, model, _plan.Specification, _standardised!, context.Stopping);
        _last = next;
        context.PipeToSelf(
            next,
            metrics => new Answer(new EvaluationResult(
                model.Key, model.ParameterHash, metrics.Samples, metrics.Accuracy, metrics.Loss, metrics.PerClassAccuracy.ToArray(), metrics.Confusion.ToArray())),
            failure =>
            {
                Log.EvaluationFailed(context.Log, model.Key.Round, failure);
                return new Answer(new EvaluationFailed(model.Key, WireText.Clip($"{failure.GetType().Name}: {failure.Message}")));
            });
        return ValueTask.CompletedTask;
    }

    private async Task<EvaluationMetrics> RunAfterAsync(Task before, EvaluateModel model, ModelSpecification specification, Lazy<DataSet> data, CancellationToken cancellationToken)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        ParameterVector parameters = model.Parameters.ToVector(specification.Layout);
        return await Task.Factory.StartNew(
            () => Training.Evaluation.Evaluate(specification, parameters, data.Value, cancellationToken), cancellationToken, TaskCreationOptions.DenyChildAttach, _setup.Evaluation);
    }

    private sealed record Answer(object Message);
}
