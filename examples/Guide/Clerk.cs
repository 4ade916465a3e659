using FedActors.Actors;

namespace FedActors.Examples.Guide;

#region pipe
internal sealed class Clerk(Func<CancellationToken, Task<int>> count) : Actor
{
    private ActorRef? _asker;

    protected override ValueTask OnReceiveAsync(ActorContext context, object message)
    {
        switch (message)
        {
            case "count":
                _asker = context.Sender;
                context.PipeToSelf(count(context.Stopping), counted => $"{counted} counted", failure => failure.Message);
                break;
            case string report when context.Sender == context.Self:
                context.Tell(_asker!, report);
                break;
            case string greeting:
                context.Respond(greeting);
                break;
        }

        return ValueTask.CompletedTask;
    }
}
#endregion
