using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using FedActors.Scripts.Cli;

namespace FedActors.Scripts.Processes;

/// <summary>Runs the processes of a federation on this machine: the provider first, the others once it listens, and all of them until the provider is done.</summary>
internal sealed partial class Launcher : IChildObserver, IAsyncDisposable
{
    /// <summary>Loading a provider takes a second; a minute covers a machine that is starving.</summary>
    private static readonly TimeSpan ListenLimit = TimeSpan.FromMinutes(1);

    /// <summary>What the others may take to end after the run has: they are told by the provider.</summary>
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(5);

    private readonly LauncherOptions _options;
    private readonly ConcurrentDictionary<string, LedgerEntry> _entries = new();
    private readonly ConcurrentDictionary<string, RotatingLog> _logs = new();
    private readonly TaskCompletionSource<(string Host, int Port)> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _ledgerSync = new();
    private readonly LedgerEntry _self;
    private int _restarts;

    public Launcher(LauncherOptions options)
    {
        _options = options;
        ProcessIdentity self = ProcessIdentity.Find(Environment.ProcessId) ?? throw new InvalidOperationException("The system does not say when this process started.");
        _self = new LedgerEntry("up", "launcher", self, null, 0, options.Time.GetUtcNow());
    }

    /// <summary>How often children were started again.</summary>
    public int Restarts => _restarts;

    /// <summary>Where the provider listens, once it does.</summary>
    public Task<(string Host, int Port)> Listening => _listening.Task;

    /// <summary>Runs everything.</summary>
    /// <param name="provider">The first process.</param>
    /// <param name="combiners">Those that must listen before the members are started, tier by tier, given the host and port that the provider listens on.</param>
    /// <param name="members">The others, given the host and port that the provider listens on.</param>
    /// <param name="stopping">Ends everything in order.</param>
    /// <returns>How the provider ended.</returns>
    /// <exception cref="CommandFailure">The provider did not come up.</exception>
    public async Task<ChildEnd> RunAsync(
        ChildSpecification provider, Func<string, int, IReadOnlyList<IReadOnlyList<ChildSpecification>>> combiners,
        Func<string, int, IReadOnlyList<ChildSpecification>> members, CancellationToken stopping)
    {
        using var all = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        WriteLedger();
        Task<ChildEnd> providing = Supervise(provider, all.Token);
        List<Task<ChildEnd>> others = [];
        try
        {
            using var limit = new CancellationTokenSource(ListenLimit, _options.Time);
            Task first = await Task.WhenAny(providing, _listening.Task.WaitAsync(limit.Token)).ConfigureAwait(false);
            if (first != providing)
            {
                await ListeningOr(first, "The provider").ConfigureAwait(false);
                (string host, int port) = await _listening.Task.ConfigureAwait(false);
                foreach (IReadOnlyList<ChildSpecification> tier in combiners(host, port))
                {
                    await StartAllAsync(tier, others, all.Token).ConfigureAwait(false);
                }

                others.AddRange(members(host, port).Select(m => Supervise(m, all.Token)));
            }

            return await EndOfAsync(providing, others).ConfigureAwait(false);
        }
        finally
        {
            // The others hear of the run's end from the provider; whoever does not is told here.
            await Task.WhenAny(Task.WhenAll(others), Task.Delay(EndLimit, _options.Time, stopping)).ConfigureAwait(false);
            await all.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll([providing, .. others]).ConfigureAwait(false);
        }
    }

    public void OnStarted(ChildSpecification child, ProcessIdentity process, int restarts)
    {
        _entries[child.Name] = new LedgerEntry(child.Name, child.Role, process, null, restarts, _options.Time.GetUtcNow());
        if (restarts > 0)
        {
            Interlocked.Increment(ref _restarts);
        }

        WriteLedger();
    }

    public void OnEvent(ChildSpecification child, string name, JsonNode? data)
    {
        if (name == "listening" && data is not null)
        {
            (string host, int port) = (data["host"]!.GetValue<string>(), data["port"]!.GetValue<int>());
            _entries[child.Name] = _entries[child.Name] with { Address = $"{host}:{port}" };
            WriteLedger();
            _listening.TrySetResult((host, port));
        }

        _options.OnEvent(child, name, data);
        if (name == "listening")
        {
            ListeningOf(child.Name).TrySetResult();
        }
    }

    public void OnLine(ChildSpecification child, string line)
    {
        _logs.GetOrAdd(child.Name, name => new RotatingLog(Path.Combine(_options.LogFolder, $"{name}.log"))).WriteLine(line);
        _options.OnLine(child, line);
    }

    public void OnRestarting(ChildSpecification child, int exitCode, TimeSpan wait) =>
        _options.OnNote($"{child.Name} ended unexpectedly ({Describe(exitCode)}); starting it again in {wait.TotalSeconds:0.0} s");

    public void OnGivenUp(ChildSpecification child, int exitCode) =>
        _options.OnNote($"{child.Name} ended unexpectedly ({Describe(exitCode)}) and is given up: it died more often than Processes:MaxRestarts within Processes:RestartWindow. Its log: {Path.Combine(_options.LogFolder, child.Name + ".log")}");

    public ValueTask DisposeAsync()
    {
        foreach (RotatingLog log in _logs.Values)
        {
            log.Dispose();
        }

        _options.Ledger.Clear();
        return ValueTask.CompletedTask;
    }

    /// <summary>Shells and systems add 128 to the number of the signal that ended a process.</summary>
    private static string Describe(int exitCode) => exitCode switch
    {
        137 => "killed",
        134 => "aborted",
        139 => "segmentation fault",
        _ => $"exit code {exitCode}",
    };

    /// <summary>Awaits the provider's end. A process that cannot be started ends the wait with its fault: the provider would wait for it in vain.</summary>
    private static async Task<ChildEnd> EndOfAsync(Task<ChildEnd> providing, IEnumerable<Task<ChildEnd>> others)
    {
        List<Task<ChildEnd>> running = [providing, .. others];
        while (!providing.IsCompleted)
        {
            Task<ChildEnd> ended = await Task.WhenAny(running).ConfigureAwait(false);
            await ended.ConfigureAwait(false);
            running.Remove(ended);
        }

        return await providing.ConfigureAwait(false);
    }

    private static async Task ListeningOr(Task listening, string who)
    {
        try
        {
            await listening.ConfigureAwait(false);
        }
        catch (OperationCanceledException exception)
        {
            throw new CommandFailure(ExitCode.RunFailed, "child_failed", $"{who} did not begin to listen within {ListenLimit.TotalSeconds:0} s. Its log says more.", exception);
        }
    }

    private async Task StartAllAsync(IReadOnlyList<ChildSpecification> children, List<Task<ChildEnd>> running, CancellationToken stopping)
    {
        Task<ChildEnd>[] started = [.. children.Select(child => Supervise(child, stopping))];
        running.AddRange(started);
        foreach ((ChildSpecification child, Task<ChildEnd> task) in children.Zip(started))
        {
            await ComeUpAsync(child, task, stopping).ConfigureAwait(false);
        }
    }

    private Task<ChildEnd> Supervise(ChildSpecification child, CancellationToken stopping)
    {
        var policy = new RestartPolicy(_options.MaxRestarts, _options.RestartWindow, _options.Chance);
        return new ChildSupervisor(child, policy, this, _options.Time).RunAsync(stopping);
    }

    /// <summary>A disk that is full for a while must not end the federation: the page is written again at the next change.</summary>
    private void WriteLedger()
    {
        lock (_ledgerSync)
        {
            try
            {
                _options.Ledger.Write(new LedgerPage(_self, [.. _entries.Values.OrderBy(e => e.StartedAt)]));
            }
            catch (IOException exception)
            {
                _options.OnNote($"What is running could not be written down, so that ps and down may not know all of it: {exception.Message}");
            }
        }
    }
}

/// <summary>What a launcher is made of.</summary>
internal sealed record LauncherOptions
{
    public required ProcessLedger Ledger { get; init; }

    public required string LogFolder { get; init; }

    public required int MaxRestarts { get; init; }

    public required TimeSpan RestartWindow { get; init; }

    /// <summary>Uniform in [0, 1), for the restarts' jitter.</summary>
    public required Func<double> Chance { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Told of children's events.</summary>
    public Action<ChildSpecification, string, JsonNode?> OnEvent { get; init; } = (_, _, _) => { };

    /// <summary>Told of children's log lines.</summary>
    public Action<ChildSpecification, string> OnLine { get; init; } = (_, _) => { };

    /// <summary>Told of restarts, for people.</summary>
    public Action<string> OnNote { get; init; } = _ => { };
}
