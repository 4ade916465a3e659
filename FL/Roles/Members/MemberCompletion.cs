using FedActors.FL.Protocol;

namespace FedActors.FL.Roles;

/// <summary>Lets the process that hosts a member await its end.</summary>
public sealed class MemberCompletion
{
    private readonly TaskCompletionSource<MemberResult> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the run has ended and the member does not stay, or when the member was refused for good.</summary>
    public Task<MemberResult> Task => _source.Task;

    /// <summary>What a former instance of the member still works on, in the folders that the next one uses.</summary>
    internal System.Threading.Tasks.Task Before { get; set; } = System.Threading.Tasks.Task.CompletedTask;

    /// <summary>Whether the member has a provider, which it watches. While it has none, it waits to register.</summary>
    internal bool HasProvider { get; set; }

    internal void Complete(MemberResult result) => _source.TrySetResult(result);
}

/// <summary>Why a member has nothing left to do.</summary>
/// <param name="Ended">The run's end, or null if the member was refused.</param>
/// <param name="Refusal">Why it was refused, or null.</param>
public sealed record MemberResult(RunEnded? Ended, RegistrationRefused? Refusal);
