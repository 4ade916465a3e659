using System.Text.Json.Nodes;

namespace FedActors.Scripts.Processes;

/// <summary>Keeps one child running until it has done its work, is given up, or everything stops.</summary>
internal sealed class ChildSupervisor(ChildSpecification specification, RestartPolicy policy, IChildObserver observer, TimeProvider time)
{
    /// <summary>How long a child may take to put everything away before it is killed: a little longer than the child itself allows.</summary>
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(20);

    /// <summary>Results after which it is worth another try: the fault may have been of the moment.</summary>
    private static readonly string[] Passing = ["unexpected", "port_in_use", "store_busy", "unreachable"];

    private bool _wasReady;
    private JsonObject? _result;

    public ChildSpecification Specification => specification;

    /// <summary>Runs the child, again and again if need be.</summary>
    /// <returns>How it ended at last.</returns>
    public async Task<ChildEnd> RunAsync(CancellationToken stopping)
    {
        for (int restarts = 0; ; restarts++)
        {
            DateTimeOffset started = time.GetUtcNow();
            int code = await RunOnceAsync(restarts, stopping).ConfigureAwait(false);
            if (stopping.IsCancellationRequested)
            {
                return new ChildEnd(ChildEndKind.Stopped, code, _result);
            }

            if (HasDoneItsWork())
            {
                return new ChildEnd(ChildEndKind.Done, code, _result);
            }

            if (policy.NextWait(started, time.GetUtcNow()) is not { } wait)
            {
                observer.OnGivenUp(specification, code);
                return new ChildEnd(ChildEndKind.GivenUp, code, _result);
            }

            observer.OnRestarting(specification, code, wait);
            await Task.Delay(wait, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stopping.IsCancellationRequested)
            {
                return new ChildEnd(ChildEndKind.Stopped, code, _result);
            }
        }
    }

    private async Task<int> RunOnceAsync(int restarts, CancellationToken stopping)
    {
        _result = null;
        await using ChildProcess child = ChildProcess.Start(
            specification.Arguments(), OnEvent, line => observer.OnLine(specification, line), process => observer.OnStarted(specification, process, restarts));
        try
        {
            return await child.WaitAsync(stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return await EndAsync(child).ConfigureAwait(false);
        }
    }

    private async Task<int> EndAsync(ChildProcess child)
    {
        child.RequestEnd();
        using var limit = new CancellationTokenSource(EndLimit, time);
        try
        {
            return await child.WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            child.Kill();
            return await child.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    private void OnEvent(string name, JsonNode? data)
    {
        if (name == "result")
        {
            _result = data as JsonObject;
        }
        else
        {
            _wasReady |= name == "listening";
            observer.OnEvent(specification, name, data);
        }
    }

    /// <summary>A child that says how it ended has ended by itself; one that was killed says nothing.</summary>
    private bool HasDoneItsWork()
    {
        if (_result is null)
        {
            return false;
        }

        string? error = _result["error_code"]?.GetValue<string>();
        bool mayPass = Passing.Contains(error) && (error != "port_in_use" || _wasReady);
        return !mayPass;
    }
}

/// <summary>How a child ended at last.</summary>
/// <param name="Kind">Why it is not started again.</param>
/// <param name="ExitCode">Its last exit code.</param>
/// <param name="Envelope">What it said at its end, in the form of all commands' JSON output; null if it was killed.</param>
internal sealed record ChildEnd(ChildEndKind Kind, int ExitCode, JsonObject? Envelope);

/// <summary>Kinds of <see cref="ChildEnd"/>.</summary>
internal enum ChildEndKind
{
    /// <summary>It ended by itself.</summary>
    Done,

    /// <summary>It died more often than it may be restarted.</summary>
    GivenUp,

    /// <summary>It was told to end.</summary>
    Stopped,
}
