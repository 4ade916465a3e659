using FedActors.Actors;

namespace FedActors.Tests.TestKit;

/// <summary>Writes down all that happens to it, does the work that it is given, and fails with any exception that it is told.</summary>
/// <param name="log">Where it writes: "started 1", "received x", "restarting 1", "stopped 2". The number is the instance's.</param>
/// <param name="instance">Counted from 1.</param>
/// <param name="started">Done when it starts.</param>
public sealed class RecordingActor(List<string> log, int instance, Action<ActorContext>? started = null) : Actor
{
    /// <summary>Props that count the instances.</summary>
    public static Props Props(List<string> log, Action<ActorContext>? started = null)
    {
        int instances = 0;
        return FedActors.Actors.Props.Create(() => new RecordingActor(log, ++instances, started));
    }

    protected internal override ValueTask OnStartedAsync(ActorContext context)
    {
        log.Add($"started {instance}");
        started?.Invoke(context);
        return ValueTask.CompletedTask;
    }

    protected internal override ValueTask OnReceiveAsync(ActorContext context, object message)
    {
        switch (message)
        {
            case Exception failure:
                throw failure;
            case Work work:
                work.Do(context);
                break;
            default:
                log.Add($"received {(message is Terminated ended ? $"the end of {ended.Actor.Path.Name}: {ended.Reason}" : message)}");
                break;
        }

        return ValueTask.CompletedTask;
    }

    protected internal override ValueTask OnRestartingAsync(ActorContext context, Exception reason)
    {
        log.Add($"restarting {instance}: {reason.Message}");
        return ValueTask.CompletedTask;
    }

    protected internal override ValueTask OnStoppedAsync(ActorContext context)
    {
        log.Add($"stopped {instance}");
        return ValueTask.CompletedTask;
    }
}
