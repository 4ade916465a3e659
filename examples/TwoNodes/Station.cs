using FedActors.Actors;
using FedActors.Actors.Supervision;

namespace FedActors.Examples.TwoNodes;

#region parent
/// <summary>Has a gauge, and restarts it when it fails.</summary>
internal sealed class Station : Actor
{
    public static Props Props { get; } = Actors.Props.Create(() => new Station()) with
    {
        Supervisor = new SupervisorStrategy { MaxRestarts = 3, MinBackoff = TimeSpan.FromMilliseconds(50) },
    };

    protected override ValueTask OnStartedAsync(ActorContext context)
    {
        context.Spawn(Actors.Props.Create(() => new Gauge()), "gauge");
        return ValueTask.CompletedTask;
    }

    protected override ValueTask OnReceiveAsync(ActorContext context, object message) => ValueTask.CompletedTask;
}
#endregion
