using FedActors.Actors;
using FedActors.Actors.Middleware;
using FedActors.Actors.Remoting;
using FedActors.Actors.Transport;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;

namespace FedActors.Tests.Contracts;

/// <summary>Large messages, and what goes on beside them.</summary>
public abstract class BulkContract
{
    private const int LargeCount = 10_000_000;

    protected abstract ITransport Transport { get; }

    [Fact]
    public async Task Question_WhileALargeMessageStreams_IsAnsweredBeforeThatArrives()
    {
        await using ActorSystem server = TestNodes.Create(Transport, "server");
        await using ActorSystem client = TestNodes.Create(Transport, "client");
        var arrived = new TaskCompletionSource<int>();
        server.SpawnSink("sink", message => arrived.SetResult(((Blob)message).Values.Length));
        server.SpawnEcho();
        RemoteNode node = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort));
        await node.ActorOf("echo").AskAsync<Numbered>(new Numbered(0), Eventually.Limit);

        await node.ActorOf("sink").TellAsync(new Blob(new float[LargeCount]));
        await node.ActorOf("echo").AskAsync<Numbered>(new Numbered(1), Eventually.Limit);

        arrived.Task.IsCompleted.Should().BeFalse("40 MB take hundreds of windows, and a small message waits for two chunks");
        (await arrived.Task.Limit()).Should().Be(LargeCount);
    }

    [Fact]
    public async Task LargeMessages_BothWaysAtOnce_ArriveBitForBit()
    {
        await using ActorSystem server = TestNodes.Create(Transport, "server");
        await using ActorSystem client = TestNodes.Create(Transport, "client");
        server.SpawnEcho();
        ActorRef echo = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort)).ActorOf("echo");
        Blob[] sent = [.. Enumerable.Range(0, 12).Select(i => RandomBlob((ulong)i, 20_000 + (i * 40_000)))];

        Blob[] back = await Task.WhenAll(sent.Select(blob => echo.AskAsync<Blob>(blob, Eventually.Limit)));

        for (int i = 0; i < sent.Length; i++)
        {
            back[i].Values.AsSpan().SequenceEqual(sent[i].Values).Should().BeTrue("blob {0} has {1} values", i, sent[i].Values.Length);
        }
    }

    [Fact]
    public async Task Trace_OfTheSender_TravelsWithItsMessage()
    {
        const string Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        SendMiddleware traced = next => (ActorRef target, ref Envelope envelope) =>
        {
            envelope = envelope with { Headers = new MessageHeaders { TraceParent = Trace } };
            return next(target, ref envelope);
        };
        await using ActorSystem server = TestNodes.Create(Transport, "server");
        await using ActorSystem client = TestNodes.Create(Transport, "client", system: options => options with { SendMiddleware = [traced] });
        var seen = new TaskCompletionSource<string?>();
        server.Spawn(
            Props.FromBehaviour((context, _) =>
            {
                seen.TrySetResult(context.Headers.TraceParent);
                return ValueTask.CompletedTask;
            }),
            "sink");

        client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort)).ActorOf("sink").Tell(new Numbered(1));

        (await seen.Task.Limit()).Should().Be(Trace);
    }

    [Fact]
    public async Task Traffic_OnBothSides_IsCountedAlike()
    {
        await using ActorSystem server = TestNodes.Create(Transport, "server");
        await using ActorSystem client = TestNodes.Create(Transport, "client");
        server.SpawnEcho();
        ActorRef echo = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort)).ActorOf("echo");

        await echo.AskAsync<Blob>(new Blob(new float[100_000]), Eventually.Limit);

        server.Remote.BytesReceived.Should().BeInRange(400_000, 410_000);
        client.Remote.BytesReceived.Should().BeInRange(400_000, 410_000);
        client.Remote.TrafficWith("server").Received.Should().Be(client.Remote.BytesReceived);
        server.Remote.TrafficWith("client").Sent.Should().BeInRange(400_000, 410_000);
        server.Remote.TrafficWith("nobody").Should().Be((0L, 0L));
    }

    private static Blob RandomBlob(ulong seed, int count)
    {
        var random = new SplitMix(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = random.Next(1 << 24);
        }

        return new Blob(values);
    }
}
