using FedActors.FL.Configuration;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.FL.Training;

namespace FedActors.FL.Roles;

/// <summary>Scores models under one plan, away from the actor's turn and one after another.</summary>
/// <param name="setup">The evaluator.</param>
/// <param name="plan">The plan.</param>
/// <param name="before">What still works on the same folders.</param>
/// <param name="time">The clock.</param>
internal sealed class RunValidator(EvaluatorSetup setup, RunPlan plan, Task before, TimeProvider time)
{
    private readonly FormerWork _former = new(before, time);
    private Task _last = Task.CompletedTask;
    private PackagePrograms? _programs;
    private IValidator? _validator;

    /// <summary>The plan.</summary>
    public RunPlan Plan { get; } = plan;

    /// <summary>Ends when nothing that was asked for, or still worked before, works on its folders any more.</summary>
    public Task Last => Task.WhenAll(_former.Work, _last);

    /// <summary>Begins scoring when what was asked before has ended.</summary>
    public Task<EvaluationMetrics> ValidateAsync(EvaluateModel model, CancellationToken cancellationToken)
    {
        Task<EvaluationMetrics> next = RunAfterAsync(_last, model, cancellationToken);
        _last = next;
        return next;
    }

    private async Task<EvaluationMetrics> RunAfterAsync(Task former, EvaluateModel model, CancellationToken cancellationToken)
    {
        await former.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await _former.EndAsync(cancellationToken);
        _programs ??= Plan.Package is { } package && package.Has(EntryPoint.Validate)
            ? await setup.Packages.PrepareAsync(package, cancellationToken)
            : new PackagePrograms(null, null);
        return await Task.Factory.StartNew(() => Validate(model, cancellationToken), cancellationToken, TaskCreationOptions.DenyChildAttach, setup.Evaluation);
    }

    private EvaluationMetrics Validate(EvaluateModel model, CancellationToken cancellationToken)
    {
        if (_validator is null)
        {
            TrainerSubject subject = new(Plan.Specification, Plan.ToStandardiser().Apply(setup.Data), Plan.Seed, setup.Site);
            _validator = _programs!.Validator?.Invoke(subject) ?? new BuiltInValidator(subject.Specification, subject.Data);
        }

        return _validator.Validate(model.Parameters.ToVector(Plan.Specification.Layout), model.Key.Round, cancellationToken);
    }
}
