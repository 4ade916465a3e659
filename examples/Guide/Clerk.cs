using FedActors.Actors;

namespace FedActors.Examples.Guide;

#region pipe
internal sealed class Clerk(Func<CancellationToken, Task<int>> count) : Actor
{
    protected override ValueTask OnReceiveAsync(ActorContext context, object message)
    {
        switch (message)
        {
            case "count":
                // Kept with the work: another may ask before this is done.
                ActorRef? asker = context.Sender;
                context.PipeToSelf(count(context.Stopping), counted => new Outcome(asker, $"{counted} counted"), failure => new Outcome(asker, failure.Message));
                break;
            case Outcome { Asker: { } waiting } outcome:
                context.Tell(waiting, outcome.Report);
                break;
            case string greeting:
                context.Respond(greeting);
                break;
        }

        return ValueTask.CompletedTask;
    }

    private sealed record Outcome(ActorRef? Asker, string Report);
}
#endregion
