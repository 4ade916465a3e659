using FedActors.Actors.Cells;

namespace FedActors.Actors.Supervision;

/// <summary>Spawns children, and replaces one that hangs in its handler while its siblings go on.</summary>
/// <remarks>
/// Supervision by failure cannot see an actor that neither fails nor returns. This one sends <see cref="HealthPing"/> at every
/// interval, to all children at once, and after <see cref="HealthOptions.MaxMissed"/> missed answers treats the child as failed. The
/// strategy in the supervisor's own props then decides, with its restart intensity and backoff. The abandoned handler cannot be
/// ended, but its context refuses further work and its <see cref="ActorContext.Stopping"/> token is cancelled.
/// </remarks>
public sealed class HealthSupervisor : Actor
{
    private readonly HealthOptions _options;
    private readonly IReadOnlyList<(string Name, Props Props)> _children;
    private readonly Dictionary<ActorRef, Check> _checks = [];

    /// <summary>Creates the supervisor.</summary>
    /// <param name="options">How children are checked.</param>
    /// <param name="children">Whom to spawn.</param>
    public HealthSupervisor(HealthOptions options, IReadOnlyList<(string Name, Props Props)> children)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(children);
        _options = options;
        _children = children;
    }

    /// <summary>How long its children have to end when it ends: as long as it takes them to miss their checks.</summary>
    internal TimeSpan Patience => _options.MaxMissed * _options.Timeout;

    /// <inheritdoc/>
    protected internal override ValueTask OnStartedAsync(ActorContext context)
    {
        foreach ((string name, Props props) in _children)
        {
            ActorRef child = context.Spawn(props, name);
            context.Watch(child);
            _checks.Add(child, new Check());
        }

        context.Timers.StartPeriodic("health", _options.Interval, new PingAll());
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    protected internal override ValueTask OnReceiveAsync(ActorContext context, object message)
    {
        switch (message)
        {
            case PingAll:
                foreach ((ActorRef child, Check check) in _checks)
                {
                    Ping(context, child, check);
                }

                break;
            case HealthAck ack when _checks.TryGetValue(ack.Actor, out Check? check):
                check.Answered();
                context.Timers.Cancel(TimerKey(ack.Actor));
                break;
            case Overdue overdue when _checks.TryGetValue(overdue.Child, out Check? check):
                OnOverdue(context, overdue.Child, check);
                break;
            case Terminated ended:
                _checks.Remove(ended.Actor);
                context.Timers.Cancel(TimerKey(ended.Actor));
                break;
        }

        return ValueTask.CompletedTask;
    }

    private void Ping(ActorContext context, ActorRef child, Check check)
    {
        if (context.Timers.IsRunning(TimerKey(child)))
        {
            // The last ping may still be answered in time. Asking again would put the deadline off, at every interval, for ever.
            return;
        }

        check.HandledAtPing = HandledBy(child);

        // A ping that a full mailbox refuses is not lost: the mailbox either moves until the timeout, which counts as an answer, or hangs.
        child.TryTell(HealthPing.Instance, context.Self);
        context.Timers.StartSingle(TimerKey(child), _options.Timeout, new Overdue(child));
    }

    private void OnOverdue(ActorContext context, ActorRef child, Check check)
    {
        if (HandledBy(child) != check.HandledAtPing)
        {
            check.Answered();
            return;
        }

        if (++check.Missed < _options.MaxMissed)
        {
            return;
        }

        var failure = new HealthCheckFailedException($"{child} missed {check.Missed} health checks of {_options.Timeout}.");
        check.Answered();
        context.ReportHung(child, failure);
    }

    private static long HandledBy(ActorRef child) => child is LocalActorRef local ? local.Cell.Handled : 0;

    private static string TimerKey(ActorRef child) => $"overdue {child.Path.Name}";

    private sealed class Check
    {
        public int Missed { get; set; }

        public long HandledAtPing { get; set; }

        public void Answered() => Missed = 0;
    }

    private sealed record PingAll;

    private sealed record Overdue(ActorRef Child);
}
