using System.Diagnostics;
using FedActors.Actors;
using FedActors.Actors.Diagnostics;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Actors.Diagnostics;

/// <summary>Nodes as the product makes them, and listeners that know public names alone.</summary>
public sealed class NodeObservationTests : IAsyncDisposable
{
    private readonly string _node = $"observed-{Guid.CreateVersion7():N}";
    private readonly ActorWorld _world;

    public NodeObservationTests() => _world = new ActorWorld(options => (options with { Node = _node }).Observed());

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public void Message_NobodyListensAtFirst_IsMeasuredFromThenOnWhenSomebodyDoes()
    {
        List<MessageHeaders> headers = [];
        ActorRef actor = _world.Spawn("actor", (context, _) =>
        {
            headers.Add(context.Headers);
            _world.Clock.Advance(TimeSpan.FromSeconds(3));
            return ValueTask.CompletedTask;
        });
        _world.Tell(actor, "unseen");
        using var measurements = new RecordedMeasurements(_node);
        actor.Tell("seen");
        _world.Clock.Advance(TimeSpan.FromSeconds(2));
        _world.Run();

        headers[0].Should().BeSameAs(MessageHeaders.None, "a message costs no headers while nobody listens");
        measurements.Of("fedactors.message.queue_time").Should().ContainSingle().Which.Value.Should().Be(2);
        measurements.Of("fedactors.message.duration").Should().ContainSingle().Which.Should().BeEquivalentTo(
            new RecordedMeasurements.Measured("fedactors.message.duration", _node, 3, new Dictionary<string, string?> { ["message"] = "String" }));
    }

    [Fact]
    public void Handler_Fails_IsMeasuredAndItsSpanIsAnError()
    {
        using var measurements = new RecordedMeasurements(_node);
        using var spans = new RecordedSpans();
        ActorRef actor = _world.Spawn("actor", (_, _) =>
        {
            _world.Clock.Advance(TimeSpan.FromSeconds(3));
            throw new InvalidOperationException("the content of a message");
        });

        _world.Tell(actor, "hello");

        RecordedMeasurements.Measured measured = measurements.Of("fedactors.message.duration").Should().ContainSingle().Subject;
        measured.Value.Should().Be(3);
        measured.Tags.Should().BeEquivalentTo(new Dictionary<string, string?> { ["message"] = "String", ["error.type"] = "System.InvalidOperationException" });
        Activity span = spans.Of(_node).Should().ContainSingle().Subject;
        span.DisplayName.Should().Be("receive String");
        span.Status.Should().Be(ActivityStatusCode.Error);
        span.GetTagItem("error.type").Should().Be("System.InvalidOperationException");
        $"{span.StatusDescription} {string.Join(' ', span.TagObjects)} {string.Join(' ', span.Events)}".Should().NotContain("content");
    }

    [Fact]
    public async Task Work_BesideTheMailbox_BringsItsOutcomeBackIntoTheTrace()
    {
        using var spans = new RecordedSpans();
        var work = new TaskCompletionSource<int>();
        ActorRef second = _world.Spawn("second", (_, _) => ValueTask.CompletedTask);
        ActorRef first = _world.Spawn("first", (context, message) =>
        {
            if (message is string)
            {
                context.PipeToSelf(work.Task, static result => result, static failure => failure);
            }
            else
            {
                context.Tell(second, message);
            }

            return ValueTask.CompletedTask;
        });

        _world.Tell(first, "begin");
        work.SetResult(7);
        await Eventually.True(() =>
        {
            _world.Run();
            return spans.Of(_node).Count == 3;
        });

        Activity begun = spans.Of(_node)[0];
        Activity outcome = spans.Of(_node)[1];
        Activity told = spans.Of(_node)[2];
        begun.ParentSpanId.Should().Be(default(ActivitySpanId));
        outcome.ParentSpanId.Should().Be(begun.SpanId);
        told.ParentSpanId.Should().Be(outcome.SpanId);
    }

    // A peer may write what it likes there; a text that is no position in a trace made spans of another format, which nobody could follow.
    [Theory]
    [InlineData("|nonsense.")]
    [InlineData("00-00000000000000000000000000000000-0000000000000000-01")]
    public void TraceParent_OfNoMeaning_BeginsATrace(string text)
    {
        using var spans = new RecordedSpans();
        ActorRef actor = _world.Spawn("actor", (_, _) => ValueTask.CompletedTask);

        actor.Forward(new Envelope("hello", null, MessageHeaders.None with { TraceParent = text }));
        _world.Run();

        Activity span = spans.Of(_node).Should().ContainSingle().Subject;
        span.IdFormat.Should().Be(ActivityIdFormat.W3C);
        span.ParentSpanId.Should().Be(default(ActivitySpanId));
    }

    [Fact]
    public void Message_WithoutATrace_BeginsOneWhateverIsCurrentWhereItRuns()
    {
        using var spans = new RecordedSpans();
        ActorRef actor = _world.Spawn("actor", (_, _) => ValueTask.CompletedTask);
        actor.Tell("hello");

        using (var current = new Activity("of somebody else"))
        {
            current.Start();
            _world.Run();
            Activity.Current.Should().BeSameAs(current);
        }

        spans.Of(_node).Should().ContainSingle().Which.ParentSpanId.Should().Be(default(ActivitySpanId));
    }
}
