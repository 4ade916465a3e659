using System.Text.Json.Nodes;

namespace FedActors.Tests.TestKit.Processes;

/// <summary>A process of the built program, and what it has told so far in its events.</summary>
internal abstract class WatchedProgram : IAsyncDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _reading;
    private readonly Lock _sync = new();
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _disposed;

    protected WatchedProgram(string name, BuiltProgram program)
    {
        Name = name;
        Program = program;
        _reading = ReadAsync();
    }

    public string Name { get; }

    public BuiltProgram Program { get; }

    /// <summary>What is known of it, for a wait that does not end.</summary>
    protected abstract string State { get; }

    /// <summary>Awaits that something holds; it is looked at whenever this program tells something.</summary>
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
                throw new TimeoutException($"Not within {Eventually.Limit}: {because}. {State}\n{Program.Error}");
            }
        }
    }

    /// <summary>Completes when it next tells something.</summary>
    public Task NewsAsync() => Get(() => _news.Task).WaitAsync(Eventually.Limit, TimeProvider.System);

    /// <summary>Awaits its end, and that all which it told was taken in.</summary>
    public async Task<int> EndAsync()
    {
        int code = await Program.EndAsync();
        await _reading.Limit();
        return code;
    }

    /// <summary>Ends it, if it has not ended yet; a second time does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;

        // First of all, whatever goes wrong then: it would go on without anybody who knows of it.
        await Program.DisposeAsync();
        await _ended.CancelAsync();
        await _reading;
        _ended.Dispose();
    }

    /// <summary>Takes in what it tells; nobody looks meanwhile.</summary>
    protected abstract void Take(string told, JsonNode data);

    /// <summary>Looks at what was taken in.</summary>
    protected T Get<T>(Func<T> value)
    {
        lock (_sync)
        {
            return value();
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            await foreach (string line in Program.LinesAsync(_ended.Token))
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
        TaskCompletionSource news;
        lock (_sync)
        {
            if (told["event"]?.GetValue<string>() is { } name && told["data"] is { } data)
            {
                Take(name, data);
            }

            (news, _news) = (_news, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        news.SetResult();
    }
}
