using System.Diagnostics;
using System.Diagnostics.Metrics;
using FedActors.Actors;
using FedActors.Actors.Middleware;
using FedActors.Actors.Remoting;
using FedActors.Actors.Transport.Memory;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;
using FedActors.Tests.TestKit.Transport;

namespace FedActors.Tests.Actors.Remoting;

/// <summary>What an operator sees of messages between nodes.</summary>
public sealed class RemoteObservationTests
{
    private readonly BreakableTransport _transport = new(new MemoryTransport());

    [Fact]
    public async Task Trace_OverTwoNodesAndBack_IsOneTreeOfSpans()
    {
        using var source = new ActivitySource($"test-{Guid.CreateVersion7():N}");
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = candidate => candidate == source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span =>
            {
                lock (spans)
                {
                    spans.Add(span);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        ActorSystemOptions Traced(ActorSystemOptions options) => options with
        {
            ReceiveMiddleware = [MessageMiddleware.TraceReceived(source)],
            SendMiddleware = [MessageMiddleware.TraceSent()],
        };
        await using ActorSystem server = TestNodes.Create(_transport, "server", system: Traced);
        await using ActorSystem client = TestNodes.Create(_transport, "client", system: Traced);
        server.SpawnEcho();
        ActorRef echo = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort)).ActorOf("echo");
        ActorRef player = client.Spawn(
            Props.FromBehaviour((context, message) =>
            {
                if (context.Sender is null)
                {
                    context.Tell(echo, message);
                }

                return ValueTask.CompletedTask;
            }),
            "player");

        player.Tell(new Numbered(1));

        await Eventually.True(() =>
        {
            lock (spans)
            {
                return spans.Count == 3;
            }
        });
        Activity here = spans.Single(span => span.ParentSpanId == default);
        Activity there = spans.Single(span => span.ParentSpanId == here.SpanId);
        Activity back = spans.Single(span => span.ParentSpanId == there.SpanId);
        there.GetTagItem("actor")!.ToString().Should().StartWith("server");
        back.GetTagItem("actor")!.ToString().Should().StartWith("client");
        new[] { there, back }.Should().OnlyContain(span => span.TraceId == here.TraceId);
    }

    [Fact]
    public async Task QueueTime_OfMessagesToAnotherNode_IsMeasured()
    {
        using var listener = new MeterListener();
        int measured = 0;
        await using ActorSystem server = TestNodes.Create(_transport, "server");
        await using ActorSystem client = TestNodes.Create(_transport, $"client-{Guid.CreateVersion7():N}");
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "fedactors.remote.queue_time" && instrument.Meter.Tags!.Any(tag => (string?)tag.Value == client.Node))
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((_, seconds, _, _) => Interlocked.Add(ref measured, seconds >= 0 ? 1 : -1000));
        listener.Start();
        server.SpawnEcho();
        ActorRef echo = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort)).ActorOf("echo");

        for (int i = 0; i < 10; i++)
        {
            await echo.AskAsync<Numbered>(new Numbered(i), Eventually.Limit);
        }

        Volatile.Read(ref measured).Should().Be(10, "each question went by itself");
    }

    [Fact]
    public async Task QueuedBytes_OfANodeThatIsAway_AreThereUntilItHasThem()
    {
        await using ActorSystem server = TestNodes.Create(_transport, "server");
        await using ActorSystem client = TestNodes.Create(_transport, $"client-{Guid.CreateVersion7():N}", options => options with { ReconnectGrace = Eventually.Limit });
        using var measurements = new RecordedMeasurements(client.Node);
        server.SpawnEcho();
        ActorRef echo = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort)).ActorOf("echo");
        await echo.AskAsync<Numbered>(new Numbered(1), Eventually.Limit);
        Task<NodeDisconnected> lost = client.NextAsync<NodeDisconnected>();
        _transport.Refuse(true);
        _transport.BreakAll();
        await lost.Limit();

        echo.Tell(new Blob(new float[2_500]));

        RecordedMeasurements.Measured queued = measurements.Observe("fedactors.remote.queued_bytes").Should().ContainSingle().Subject;
        queued.Value.Should().BeInRange(10_000, 11_000);
        queued.Tags.Should().BeEquivalentTo(new Dictionary<string, string?> { ["to"] = "server" });
        _transport.Refuse(false);
        await echo.AskAsync<Numbered>(new Numbered(2), Eventually.Limit);
        await Eventually.True(() => measurements.Observe("fedactors.remote.queued_bytes") is [{ Value: < 10_000 }]);
    }

    [Fact]
    public async Task ArrivalStamp_WhereItIsWantedAndSomebodyListens_IsBesideTheMessage()
    {
        await using ActorSystem server = TestNodes.Create(_transport, $"server-{Guid.CreateVersion7():N}", options => options with { StampArrived = true });
        using var measurements = new RecordedMeasurements(server.Node);
        await using ActorSystem client = TestNodes.Create(_transport, "client");
        var seen = new TaskCompletionSource<long?>();
        server.Spawn(
            Props.FromBehaviour((context, _) =>
            {
                seen.TrySetResult(context.Headers.SentAt);
                return ValueTask.CompletedTask;
            }),
            "sink");
        long before = server.Time.GetTimestamp();

        client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort)).ActorOf("sink").Tell(new Numbered(1));

        (await seen.Task.Limit()).Should().BeInRange(before, server.Time.GetTimestamp());
    }
}
