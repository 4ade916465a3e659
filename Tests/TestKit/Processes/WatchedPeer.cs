using System.Text.Json.Nodes;

namespace FedActors.Tests.TestKit.Processes;

/// <summary>A peer that runs as a process, and what it has told so far in its events.</summary>
internal sealed class WatchedPeer : IAsyncDisposable
{
    private readonly BuiltProgram _program;
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _reading;
    private readonly Lock _sync = new();
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private JsonNode? _status;
    private int _rounds;
    private int _round;
    private int _models;
    private int _fewest = int.MaxValue;
    private bool _listens;
    private int _port;

    public WatchedPeer(string name, BuiltProgram program)
    {
        Name = name;
        _program = program;
        _reading = ReadAsync();
    }

    public string Name { get; }

    public BuiltProgram Program => _program;

    public bool Listens => Get(() => _listens);

    /// <summary>Where it listens; 0 before it does.</summary>
    public int Port => Get(() => _port);

    /// <summary>Other peers that it has met or heard of.</summary>
    public int Known => Get(() => _known.Count);

    /// <summary>Rounds whose mean it has told. Each stands for a model that it had published.</summary>
    public int Rounds => Get(() => _rounds);

    /// <summary>The number of the last round whose mean it has told.</summary>
    public int Round => Get(() => _round);

    /// <summary>Models that the mean of that round held.</summary>
    public int Models => Get(() => _models);

    /// <summary>The fewest models that any round's mean held.</summary>
    public int FewestModels => Get(() => _fewest);

    public bool IsDone => Get(() => _status?["phase"]?.GetValue<string>() == "done");

    /// <summary>The mean on which it has settled, or null.</summary>
    public string? Settled => Get(() => _status?["settled"]?.GetValue<bool>() == true ? _status["parameter_hash"]!.GetValue<string>() : null);

    /// <summary>A number of its last status.</summary>
    public long Figure(string name) => Get(() => _status?[name]?.GetValue<long>() ?? 0);

    /// <summary>Awaits that something holds for all of them.</summary>
    /// <returns>How long it took.</returns>
    public static async Task<TimeSpan> AllAsync(IReadOnlyList<WatchedPeer> peers, Func<WatchedPeer, bool> condition, string because)
    {
        long started = TimeProvider.System.GetTimestamp();
        foreach (WatchedPeer peer in peers)
        {
            await peer.UntilAsync(() => condition(peer), $"{peer.Name}: {because}");
        }

        return TimeProvider.System.GetElapsedTime(started);
    }

    /// <summary>Awaits that something holds; it is looked at whenever this peer tells something.</summary>
    public async Task UntilAsync(Func<bool> condition, string because)
    {
        using var limit = new CancellationTokenSource(Eventually.Limit, TimeProvider.System);
        while (true)
        {
            Task news = Get(() => _news.Task);
            if (condition())
            {
                return;
            }

            try
            {
                await news.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"Not within {Eventually.Limit}: {because}. It has {Rounds} rounds and knows {Known}.\n{Get(() => _status?.ToJsonString())}\n{_program.Error}");
            }
        }
    }

    /// <summary>Completes when it next tells something.</summary>
    public Task NewsAsync() => Get(() => _news.Task).WaitAsync(Eventually.Limit, TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _program.DisposeAsync();
        await _reading;
        _ended.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            await foreach (string line in _program.LinesAsync(_ended.Token))
            {
                if (line.StartsWith("{\"event\":", StringComparison.Ordinal) || line.Contains("\"event\":\"", StringComparison.Ordinal))
                {
                    Take(JsonNode.Parse(line)!);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private void Take(JsonNode told)
    {
        JsonNode? data = told["data"];
        TaskCompletionSource news;
        lock (_sync)
        {
            switch (told["event"]?.GetValue<string>())
            {
                case "listening":
                    _listens = true;
                    _port = data!["port"]!.GetValue<int>();
                    break;
                case "member" when data!["change"]!.GetValue<string>() is "joined" or "rejoined":
                    _known.Add(data["member"]!.GetValue<string>());
                    break;
                case "round":
                    _rounds++;
                    (_round, _models) = (data!["round"]!.GetValue<int>(), data["models"]!.GetValue<int>());
                    _fewest = Math.Min(_fewest, _models);
                    break;
                case "status":
                    _status = data;
                    break;
            }

            (news, _news) = (_news, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        news.SetResult();
    }

    private T Get<T>(Func<T> value)
    {
        lock (_sync)
        {
            return value();
        }
    }
}
