using System.Diagnostics;
using FedActors.Actors;
using FedActors.Actors.Middleware;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Actors.Middleware;

public sealed class MessageMiddlewareTests
{
    private readonly List<string> _log = [];

    [Fact]
    public async Task ReceiveMiddleware_Several_WrapFromTheSystemInwards()
    {
        await using var world = new ActorWorld(options => options with { ReceiveMiddleware = [Trace("system 1"), Trace("system 2")] });
        ActorRef actor = world.Spawn("actor", RecordingActor.Props(_log) with { ReceiveMiddleware = [Trace("own")] });

        world.Tell(actor, "a");

        _log.Should().Equal("started 1", "system 1 in", "system 2 in", "own in", "received a", "own out", "system 2 out", "system 1 out");
    }

    [Fact]
    public async Task ReceiveMiddleware_ManyMessages_IsFoldedOnce()
    {
        int folded = 0;
        await using var world = new ActorWorld();
        ActorRef actor = world.Spawn("actor", RecordingActor.Props(_log) with { ReceiveMiddleware = [next => { folded++; return next; }] });

        world.Tell(actor, "a");
        world.Tell(actor, "b");

        folded.Should().Be(1);
    }

    [Fact]
    public async Task TransformReceived_Message_IsHandledAsTheNewOne()
    {
        await using var world = new ActorWorld();
        ActorRef actor = world.Spawn("actor", RecordingActor.Props(_log) with
        {
            ReceiveMiddleware = [MessageMiddleware.TransformReceived(message => (int)message * 2), MessageMiddleware.TransformReceived(message => (int)message + 1)],
        });

        world.Tell(actor, 5);

        _log.Should().Equal("started 1", "received 11");
    }

    [Fact]
    public async Task DropReceived_UnwantedMessage_IsNotHandledAndTheRestIs()
    {
        await using var world = new ActorWorld();
        ActorRef actor = world.Spawn("actor", RecordingActor.Props(_log) with { ReceiveMiddleware = [MessageMiddleware.DropReceived(envelope => envelope.Message is 2)] });

        world.Tell(actor, 1);
        world.Tell(actor, 2);
        world.Tell(actor, 3);

        _log.Should().Equal("started 1", "received 1", "received 3");
        world.DeadLetters.Should().BeEmpty();
    }

    [Fact]
    public async Task ReceiveMiddleware_Throws_FailsTheActor()
    {
        await using var world = new ActorWorld();
        ActorRef actor = world.Spawn("actor", RecordingActor.Props(_log) with { ReceiveMiddleware = [_ => (_, _) => throw new InvalidOperationException("oh")] });

        world.Tell(actor, "a");
        world.Advance(TimeSpan.FromSeconds(1));

        _log.Should().Equal("started 1", "restarting 1: oh", "started 2");
    }

    [Fact]
    public async Task SendMiddleware_Several_RunInOrderBeforeTheMailbox()
    {
        await using var world = new ActorWorld(options => options with
        {
            SendMiddleware = [MessageMiddleware.TransformSent(message => $"{message}1"), MessageMiddleware.TransformSent(message => $"{message}2")],
        });
        ActorRef actor = world.Spawn("actor", RecordingActor.Props(_log));

        world.Tell(actor, "a");

        _log.Should().Equal("started 1", "received a12");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DropSent_UnwantedTarget_NeverReachesItsMailbox(bool waiting)
    {
        await using var world = new ActorWorld(options => options with { SendMiddleware = [MessageMiddleware.DropSent((target, _) => target.Path.Name == "shunned")] });
        ActorRef shunned = world.Spawn("shunned", RecordingActor.Props(_log));
        ActorRef welcome = world.Spawn("welcome", RecordingActor.Props(_log));

        foreach (ActorRef target in new[] { shunned, welcome })
        {
            if (waiting)
            {
                await target.TellAsync(target.Path.Name);
            }
            else
            {
                target.TryTell(target.Path.Name).Should().BeTrue("dropping on purpose is no refusal");
            }
        }

        world.Run();

        _log.Should().Equal("started 1", "started 1", "received welcome");
        world.DeadLetters.Should().BeEmpty();
    }

    [Fact]
    public async Task TraceMiddleware_TwoActors_MakesOneTrace()
    {
        using var source = new ActivitySource("test");
        using var listener = new ActivityListener
        {
            ShouldListenTo = candidate => candidate == source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        var spans = new List<Activity>();
        await using var world = new ActorWorld(options => options with
        {
            ReceiveMiddleware = [MessageMiddleware.TraceReceived(source), next => (context, envelope) => { spans.Add(Activity.Current!); return next(context, envelope); }],
            SendMiddleware = [MessageMiddleware.TraceSent()],
        });
        ActorRef second = world.Spawn("second", RecordingActor.Props(_log));
        ActorRef first = world.Spawn("first", RecordingActor.Props(_log));

        world.Do(first, context => context.Tell(second, "a"));

        spans.Should().HaveCount(2);
        spans[1].TraceId.Should().Be(spans[0].TraceId);
        spans[1].ParentSpanId.Should().Be(spans[0].SpanId);
        spans[1].TagObjects.Should().Contain(tag => tag.Key == "actor" && tag.Value!.ToString() == second.Path.ToString());
    }

    private ReceiveMiddleware Trace(string name) => next => async (context, envelope) =>
    {
        _log.Add($"{name} in");
        await next(context, envelope);
        _log.Add($"{name} out");
    };
}
