using FedActors.Actors;
using FedActors.Actors.Mailboxes;
using FedActors.Actors.Diagnostics;
using FedActors.Actors.Supervision;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Actors.Diagnostics;

public sealed class ActorSnapshotTests
{
    [Fact]
    public async Task Describe_ActorsInEveryCondition_ShowsEachWhereItIs()
    {
        await using var world = new ActorWorld();
        var release = new TaskCompletionSource();
        ActorRef parent = world.Spawn("parent", RecordingActor.Props([], context =>
        {
            context.Spawn(RecordingActor.Props([]), "restarted");
            context.Spawn(RecordingActor.Props([]), "waiting");
            context.Spawn(Props.FromBehaviour((_, _) => new ValueTask(release.Task)), "busy");
        }) with { Supervisor = SupervisorStrategy.OneForOne with { Jitter = 0 } });
        ActorRef Child(string name) => world.System.Find($"parent/{name}")!;
        world.Tell(parent, "a");
        world.Tell(Child("restarted"), new InvalidOperationException("oh"));
        world.Advance(TimeSpan.FromSeconds(1));
        world.Tell(Child("waiting"), new InvalidOperationException("oh"));
        Child("busy").Tell("first");
        Child("busy").Tell("second");
        world.Run();

        ActorSnapshot found = world.System.Describe();

        found.All().Select(actor => (actor.Actor.Name, actor.State, actor.IsInHandler, actor.Queued, actor.Handled, actor.Restarts)).Should().Equal(
            ("$root", ActorState.Running, false, 0, 0, 0),
            ("parent", ActorState.Running, false, 0, 1, 0),
            ("parent/busy", ActorState.Running, true, 1, 1, 0),
            ("parent/restarted", ActorState.Running, false, 0, 1, 1),
            ("parent/waiting", ActorState.Suspended, false, 0, 1, 0));
        found.All().Select(actor => actor.Capacity).Should().AllBeEquivalentTo(MailboxOptions.DefaultCapacity);
        found.ToString().Should().Contain("\n  parent  running  queued 0  handled 1  restarts 0\n    busy  running (in its code)  queued 1");
        release.SetResult();
    }
}
