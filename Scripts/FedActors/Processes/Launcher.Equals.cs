using System.Collections.Concurrent;
using FedActors.Scripts.Cli;

namespace FedActors.Scripts.Processes;

/// <content>Processes of which none is in charge.</content>
internal sealed partial class Launcher
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _listeningOf = new();

    /// <summary>Starts processes stage by stage, each stage once all of the one before listen, and runs them until all that was to be done is done.</summary>
    /// <param name="stages">The processes.</param>
    /// <param name="ended">Told of each that has ended for good, while the others go on.</param>
    /// <param name="done">Completes when nothing is left to do; everything is then ended in order.</param>
    /// <param name="up">Told once, when all are up.</param>
    /// <param name="stopping">Ends everything in order.</param>
    /// <returns>How each process ended, by name; those that were never started are missing.</returns>
    /// <exception cref="CommandFailure">A process did not come up.</exception>
    public async Task<IReadOnlyDictionary<string, ChildEnd>> RunEqualsAsync(
        IReadOnlyList<IReadOnlyList<ChildSpecification>> stages, Action<ChildSpecification, ChildEnd> ended, Task done, Action up, CancellationToken stopping)
    {
        using var all = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        WriteLedger();
        var running = new Dictionary<ChildSpecification, Task<ChildEnd>>();
        var ends = new Dictionary<string, ChildEnd>(StringComparer.Ordinal);
        try
        {
            foreach (IReadOnlyList<ChildSpecification> stage in stages)
            {
                foreach (ChildSpecification child in stage)
                {
                    running.Add(child, Supervise(child, all.Token));
                }

                foreach (ChildSpecification child in stage)
                {
                    await ComeUpAsync(child, running[child], stopping).ConfigureAwait(false);
                }
            }

            up();
            await WatchAsync(running, ended, done, stopping).ConfigureAwait(false);
        }
        finally
        {
            await all.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(running.Values).ConfigureAwait(false);
        }

        foreach ((ChildSpecification child, Task<ChildEnd> task) in running)
        {
            ends.Add(child.Name, await task.ConfigureAwait(false));
        }

        return ends;
    }

    private TaskCompletionSource ListeningOf(string child) =>
        _listeningOf.GetOrAdd(child, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    private async Task ComeUpAsync(ChildSpecification child, Task<ChildEnd> running, CancellationToken stopping)
    {
        using var limit = new CancellationTokenSource(ListenLimit, _options.Time);
        Task listening = ListeningOf(child.Name).Task;
        Task first = await Task.WhenAny(running, listening.WaitAsync(limit.Token)).ConfigureAwait(false);
        if (first == running && !listening.IsCompleted && !stopping.IsCancellationRequested)
        {
            throw NotUp(child, await running.ConfigureAwait(false));
        }

        if (first != running)
        {
            await ListeningOr(first, child.Name).ConfigureAwait(false);
        }
    }

    private static CommandFailure NotUp(ChildSpecification child, ChildEnd end) => new(
        end.Envelope is null ? ExitCode.RunFailed : (ExitCode)end.ExitCode,
        end.Envelope?["error_code"]?.GetValue<string>() ?? "child_failed",
        end.Envelope?["data"]?["message"]?.GetValue<string>() ?? $"{child.Name} did not come up (exit code {end.ExitCode}). Its log says more.");

    private static async Task WatchAsync(
        Dictionary<ChildSpecification, Task<ChildEnd>> running, Action<ChildSpecification, ChildEnd> ended, Task done, CancellationToken stopping)
    {
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration stop = stopping.Register(told.SetResult);
        var left = new Dictionary<ChildSpecification, Task<ChildEnd>>(running);
        while (left.Count > 0 && !done.IsCompleted && !told.Task.IsCompleted)
        {
            await Task.WhenAny([done, told.Task, .. left.Values]).ConfigureAwait(false);
            foreach (ChildSpecification child in left.Where(pair => pair.Value.IsCompleted).Select(pair => pair.Key).ToArray())
            {
                left.Remove(child, out Task<ChildEnd>? end);
                ended(child, await end!.ConfigureAwait(false));
            }
        }
    }
}
