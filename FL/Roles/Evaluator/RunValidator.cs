using FedActors.FL.Configuration;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.FL.Training;

namespace FedActors.FL.Roles;

/// <summary>Scores models under one plan, away from the actor's turn and one after another.</summary>
/// <param name="setup">The evaluator.</param>
/// <param name="plan">The plan.</param>
/// <param name="before">What still works on the same folders.</param>
internal sealed class RunValidator(EvaluatorSetup setup, RunPlan plan, Task before)
{
    private PackagePrograms? _programs;
    private IValidator? _validator;

    /// <summary>The plan.</summary>
    public RunPlan Plan { get; } = plan;

    /// <summary>Ends with what was asked for last.</summary>
    public Task Last { get; private set; } = before;

    /// <summary>Begins scoring when what was asked before has ended.</summary>
    public Task<EvaluationMetrics> ValidateAsync(EvaluateModel model, CancellationToken cancellationToken)
    {
        Task<EvaluationMetrics> next = RunAfterAsync(Last, model, cancellationToken);
        Last = next;
        return next;
    }

    private async Task<EvaluationMetrics> RunAfterAsync(Task former, EvaluateModel model, CancellationToken cancellationToken)
    {
        await former.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
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
