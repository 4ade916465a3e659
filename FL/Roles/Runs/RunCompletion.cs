using FedActors.FL.Rounds;
using FedActors.Storage;
using FedActors.Storage.Training;

namespace FedActors.FL.Roles;

/// <summary>Lets the process that hosts a provider await the end of its run.</summary>
public sealed class RunCompletion
{
    private readonly TaskCompletionSource<RunResult> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the run has ended and its end is stored; is cancelled when the provider was stopped before that.</summary>
    public Task<RunResult> Task => _source.Task;

    /// <summary>The run that a provider has begun under this. Its next instance, after a failure, goes on with that one.</summary>
    internal string? Begun { get; set; }

    /// <summary>Why the provider was told to stop, if it was. Its next instance, after a failure, stops as well.</summary>
    internal string? StopReason { get; set; }

    internal void Complete(RunResult result) => _source.TrySetResult(result);

    internal void Abandon() => _source.TrySetCanceled();
}

/// <summary>How a run ended.</summary>
/// <param name="Run">The run; as stored, if it had begun.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Reason">Why, where the outcome does not say it all.</param>
/// <param name="ParameterHash">Hash of the last committed parameters, or null.</param>
public sealed record RunResult(RunRecord Run, RunOutcome Outcome, string? Reason, string? ParameterHash)
{
    /// <summary>What was wrong with the store, if that ended the run.</summary>
    public StoreFault? StoreFault { get; init; }
}
