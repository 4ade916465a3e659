namespace FedActors.Simulation.Kernel;

/// <summary>A process's clock: timers measure its machine's time, and the wall clock may jump.</summary>
internal sealed class SimulatedClock(SimulatedProcess process) : TimeProvider
{
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => process.Host.UtcNow;

    public override long GetTimestamp() => process.Host.LocalTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(process, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(SimulatedProcess process, TimerCallback callback, object? state) : ITimer
    {
        private static readonly SendOrPostCallback OnDue = static due => ((Arming)due!).Elapse();

        private Arming? _armed;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            // What is in the queue stays there and finds that it is armed no more.
            _armed = null;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                Arm(dueTime, period);
            }

            return true;
        }

        public void Dispose() => _armed = null;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Arm(TimeSpan dueTime, TimeSpan period)
        {
            _armed = new Arming(this, period);
            SimulatedHost host = process.Host;
            host.Queue.ScheduleAt(process, host.EffectiveNow + host.TicksFor(dueTime), OnDue, _armed);
        }

        private void Elapse(Arming arming)
        {
            if (_armed != arming)
            {
                return;
            }

            if (arming.Period > TimeSpan.Zero)
            {
                Arm(arming.Period, arming.Period);
            }
            else
            {
                _armed = null;
            }

            callback(state);
        }

        private sealed class Arming(Timer timer, TimeSpan period)
        {
            public TimeSpan Period { get; } = period;

            public void Elapse() => timer.Elapse(this);
        }
    }
}
