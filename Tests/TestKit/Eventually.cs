namespace FedActors.Tests.TestKit;

/// <summary>Awaits what another thread brings about. A limit ends a test that would wait for ever; nothing depends on how fast it is.</summary>
public static class Eventually
{
    /// <summary>A wait that ends only because something is broken: what takes seconds here takes minutes on a machine that is busy with other things.</summary>
    /// <remarks>Less than what the test runner grants a test that says nothing, so that the test says what it waited for.</remarks>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    // Nearly all that takes time only on the clock is over by then, and what is left takes real time.
    private const int StepsAtFullPace = 1000;

    // From a millisecond for each step to a tenth of a second within four minutes.
    private const int StepsBeforeHalfThePace = 1000;

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
    /// meanwhile: nothing but the end may depend on when it is. After many steps it goes slower and slower, down to the pace of real
    /// time: on a busy machine a handshake would never be done before its limit, and dialled again for ever.
    /// </remarks>
    public static Task WhileAdvancing(ManualTimeProvider clock, TimeSpan step, Func<bool> condition)
    {
        int steps = 0;
        return TrueAsync(async () =>
        {
            clock.Advance(step);
            await Task.Run(static () => { });
            if (condition())
            {
                return true;
            }

            if (++steps > StepsAtFullPace)
            {
                double milliseconds = Math.Pow(2, (steps - StepsAtFullPace) / StepsBeforeHalfThePace);
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(milliseconds, step.TotalMilliseconds)), TimeProvider.System);
            }

            return false;
        });
    }
}
