using FedActors.Actors;

namespace FedActors.Examples.Guide;

#region behaviours
internal sealed class Door : Actor
{
    protected override ValueTask OnReceiveAsync(ActorContext context, object message)
    {
        if (message is "open")
        {
            context.Become(Open);
            context.Timers.StartSingle("close", TimeSpan.FromSeconds(30), "close");
        }
        else if (message is "open?")
        {
            context.Respond("no");
        }

        return ValueTask.CompletedTask;
    }

    private ValueTask Open(ActorContext context, object message)
    {
        if (message is "close")
        {
            context.Become(OnReceiveAsync);
        }
        else if (message is "open?")
        {
            context.Respond("yes");
        }

        return ValueTask.CompletedTask;
    }
}
#endregion
