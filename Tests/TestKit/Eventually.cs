namespace FedActors.Tests.TestKit;

/// <summary>Awaits what another thread brings about. A limit ends a test that would wait for ever; nothing depends on how fast it is.</summary>
public static class Eventually
{
    /// <summary>A wait that ends only because something is broken: what takes seconds here takes minutes on a machine that is busy with other things.</summary>
    /// <remarks>Less than what the test runner grants a test that says nothing, so that the test says what it waited for.</remarks>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    /// <summary>Yields until the condition holds.</summary>
    public static async Task True(Func<bool> condition, string because = "")
    {
        long started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Limit)
            {
                throw new TimeoutException($"Not within {Limit}: {because}");
            }

            await Task.Yield();
        }
    }

    /// <summary>Asks again until the answer is yes.</summary>
    public static async Task TrueAsync(Func<Task<bool>> condition, string because = "")
    {
        long started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Limit)
            {
                throw new TimeoutException($"Not within {Limit}: {because}");
            }
        }
    }

    /// <summary>Yields until there is a value.</summary>
    public static async Task<T> NotNull<T>(Func<T?> value)
        where T : class
    {
        T? found = null;
        await True(() => (found = value()) is not null);
        return found!;
    }

    /// <summary>Moves the clock step by step until the task completes.</summary>
    /// <inheritdoc cref="WhileAdvancing(ManualTimeProvider, TimeSpan, Func{bool})" path="/remarks"/>
    public static Task WhileAdvancing(ManualTimeProvider clock, TimeSpan step, Task task) => WhileAdvancing(clock, step, () => task.IsCompleted);

    /// <summary>Moves the clock step by step until the condition holds.</summary>
    /// <remarks>
    /// Each step waits for a turn of the pool, where what the last one began goes on. That may take many turns, and the clock goes far
    /// meanwhile: nothing but the end may depend on when it is.
    /// </remarks>
    public static Task WhileAdvancing(ManualTimeProvider clock, TimeSpan step, Func<bool> condition) =>
        TrueAsync(async () =>
        {
            clock.Advance(step);
            await Task.Run(static () => { });
            return condition();
        });
}
