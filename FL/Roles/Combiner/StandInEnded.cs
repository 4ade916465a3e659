using FedActors.Actors;

namespace FedActors.FL.Roles;

/// <summary>A worker's place at a combiner has ended, and the word of why, which may come after that, has had its time.</summary>
/// <param name="StandIn">The place.</param>
/// <param name="Reason">How it ended.</param>
internal sealed record StandInEnded(ActorRef StandIn, TerminationReason Reason)
{
    /// <summary>How long the word may take. Ends are told on a lane of their own, which overtakes messages.</summary>
    private static readonly TimeSpan WordWithin = TimeSpan.FromSeconds(1);

    /// <summary>Has the actor told itself so once the word has had its time.</summary>
    public static void Await(ActorContext context, Terminated terminated) =>
        context.Timers.StartSingle($"ended {terminated.Actor.Path}", WordWithin, new StandInEnded(terminated.Actor, terminated.Reason));
}
