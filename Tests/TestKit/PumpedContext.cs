namespace FedActors.Tests.TestKit;

/// <summary>A thread of which the test sees what is put off to a later turn of it.</summary>
internal sealed class PumpedContext : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _posted = new();

    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_posted)
        {
            _posted.Enqueue((d, state));
        }
    }

    public Task Begin(Func<Task> work)
    {
        SynchronizationContext? outer = Current;
        SetSynchronizationContext(this);
        try
        {
            return work();
        }
        finally
        {
            SetSynchronizationContext(outer);
        }
    }

    /// <summary>Runs what was put off, and what that puts off.</summary>
    /// <returns>How often something was.</returns>
    public int Run()
    {
        int ran = 0;
        while (TryTake(out (SendOrPostCallback Callback, object? State) next))
        {
            ran++;
            _ = Begin(() =>
            {
                next.Callback(next.State);
                return Task.CompletedTask;
            });
        }

        return ran;
    }

    public int RunUntil(Task task)
    {
        int ran = Run();
        task.IsCompletedSuccessfully.Should().BeTrue("nothing else is left to run");
        return ran;
    }

    private bool TryTake(out (SendOrPostCallback Callback, object? State) next)
    {
        lock (_posted)
        {
            return _posted.TryDequeue(out next);
        }
    }
}
