using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport.Tcp;
using FedActors.Tests.Actors.Serialization;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Hostile;
using FedActors.Tests.TestKit.Remoting;
using Xunit.Abstractions;

namespace FedActors.Tests.Actors.Remoting;

/// <summary>Peers that hold what they were given: connections, half-said words, answers that they do not read. An honest node is served all the while.</summary>
[Collection(nameof(AloneOnTheMachine))]
public sealed class HostileHoldingTests(ITestOutputHelper output) : IDisposable
{
    private readonly List<HostileSocket> _sockets = [];

    public void Dispose() => _sockets.ForEach(socket => socket.Dispose());

    [Fact]
    public async Task Peers_ShakingHandsAndThenSilent_CostLittle()
    {
        await using HostileNode node = await HostileNode.StartAsync(new TcpTransport());

        await ObserveAsync(node, async () =>
        {
            for (int i = 0; i < 400; i++)
            {
                HostileSocket socket = await ConnectAsync(node, i);
                await socket.ShakeHandsAsync($"silent-{i}", 1);
            }

            await Eventually.True(() => node.Server.Remote.ConnectedNodes.Count == 401);
            node.MeasureMemory();
        });
    }

    [Fact]
    public async Task Connections_SayingTheirHelloByteByByte_KeepNobodyOut()
    {
        var transport = new TcpTransport();
        RemotingLimits limits = RemotingLimits.Default with { HandshakePatience = TimeSpan.FromMilliseconds(100), HandshakeTimeout = TimeSpan.FromSeconds(2) };
        await using HostileNode node = await HostileNode.StartAsync(transport, options => options with { Limits = limits, HeartbeatInterval = TimeSpan.FromSeconds(1) });
        int count = limits.MaxHandshakes + 50;
        byte[] hello = HostileSocket.Hello("slow", 1);

        await ObserveAsync(node, async () =>
        {
            for (int i = 0; i < count; i++)
            {
                HostileSocket socket = await ConnectAsync(node, i);
                await socket.SendAsync(hello.AsMemory(0, 1));
            }

            node.MeasureMemory();
            await using ActorSystem late = TestNodes.Create(transport, "late");
            await late.Remote.Connect(node.Address).ActorOf("echo").AskAsync<Numbered>(new Numbered(1), Eventually.Limit);
            for (int at = 1; node.Server.Remote.Refused < count; at++)
            {
                foreach (HostileSocket socket in _sockets)
                {
                    await socket.SendAsync(hello.AsMemory(Math.Min(at, hello.Length - 2), 1));
                }
            }
        });

        await Eventually.True(() => node.Reasons.Values.Sum() == count, "each is counted, and then told of, once");
        node.Reasons.Keys.Should().Contain(reason => reason.Contains("gave way to others"));
    }

    [Fact]
    public async Task Connections_OpenedAndClosedInAFlood_AreCountedAndLeaveNothing()
    {
        await using HostileNode node = await HostileNode.StartAsync(new TcpTransport());
        int count = HostileScale.Attacks;

        await ObserveAsync(node, () => node.RepeatAsync(count, async i =>
        {
            using HostileSocket socket = await HostileSocket.ConnectAsync(node.Address, i);
        }));

        await Eventually.True(() => node.Server.Remote.Refused == count, "each is counted once");
    }

    [Fact]
    public async Task Peers_NamingThemselvesAnewEachTime_LeaveLittleBehind()
    {
        await using HostileNode node = await HostileNode.StartAsync(new TcpTransport());

        await ObserveAsync(node, () => node.RepeatAsync(12_000, async i =>
        {
            using HostileSocket socket = await HostileSocket.ConnectAsync(node.Address, i);
            await socket.SendAsync(HostileSocket.Hello($"named-{i}", 1));
            await socket.EndAsync();
        }));
    }

    [Fact]
    public async Task Peer_ThatAsksAndDoesNotRead_IsHeldToItsShare()
    {
        await using HostileNode node = await HostileNode.StartAsync(new TcpTransport());
        byte[] question = Question(new Blob(new float[12_000]));

        await ObserveAsync(node, async () =>
        {
            HostileSocket socket = await ConnectAsync(node, 0);
            await socket.ShakeHandsAsync("deaf", 1);

            // 80 MB of answers; what there is no room for is a dead letter.
            for (int i = 0; i < 1600; i++)
            {
                await socket.SendAsync(question);
            }

            node.MeasureMemory();
        });

        node.Server.DeadLetters.Count.Should().BePositive();
    }

    [Fact]
    public async Task Peers_BeginningLargeMessagesWithoutEndingThem_CostWhatTheySent()
    {
        await using HostileNode node = await HostileNode.StartAsync(new TcpTransport());

        await ObserveAsync(node, async () =>
        {
            for (int peer = 0; peer < 20; peer++)
            {
                HostileSocket socket = await ConnectAsync(node, peer);
                await socket.ShakeHandsAsync($"half-{peer}", 1);
                for (int stream = 1; stream <= 64; stream++)
                {
                    await socket.SendAsync(StreamBegin(stream, 1 << 20));
                    await socket.SendAsync(Chunk(stream, new byte[1]));
                }
            }

            node.MeasureMemory();
        });
    }

    [Fact]
    public async Task Peer_FillingAnActorThatDoesNotHandle_IsHeldToItsShare()
    {
        const int Bytes = 8_000_000;
        const int ChunkBytes = 64 * 1024;
        await using HostileNode node = await HostileNode.StartAsync(new TcpTransport());
        var open = new TaskCompletionSource();
        node.Server.Spawn(Props.FromBehaviour(async (_, _) => await open.Task.Limit()), "busy");
        byte[] body = Encode.With(new Blob(new float[Bytes / sizeof(float)]).Write);

        await ObserveAsync(node, async () =>
        {
            HostileSocket socket = await ConnectAsync(node, 0);
            await socket.ShakeHandsAsync("hoarder", 1);

            // It sends on, whatever it is granted: 400 MB, if it is let.
            for (int stream = 1; stream <= 50 && node.Server.Remote.Refused == 0; stream++)
            {
                await socket.SendAsync(StreamBegin(stream, body.Length, "busy"));
                for (int at = 0; at < body.Length; at += ChunkBytes)
                {
                    await socket.SendAsync(Chunk(stream, body.AsSpan(at, Math.Min(ChunkBytes, body.Length - at))));
                }
            }

            await Eventually.True(() => node.Server.Remote.Refused == 1);
            node.MeasureMemory();
        });

        await Eventually.True(() => node.Reasons.Count > 0, "a refusal is counted, and then told of");
        node.Reasons.Keys.Should().ContainSingle(reason => reason.Contains("had been granted"));
        open.SetResult();
        await Eventually.True(() => node.Server.Remote.Unhandled.Held == 0);
    }

    [Fact]
    public async Task Peers_WatchingUnderEndlessNames_AreHeldToTheirShare()
    {
        await using HostileNode node = await HostileNode.StartAsync(new TcpTransport());

        await ObserveAsync(node, async () =>
        {
            for (int peer = 0; peer < 3; peer++)
            {
                HostileSocket socket = await ConnectAsync(node, peer);
                await socket.ShakeHandsAsync($"watcher-{peer}", 1);
                for (int i = 0; i < 6_000; i++)
                {
                    await socket.SendAsync(Watch($"{i}-{new string('w', 900)}"));
                }

                await Eventually.True(() => node.Server.Remote.Refused == peer + 1);
                node.MeasureMemory();
            }
        });
    }

    private static byte[] Watch(string watcher) => FrameMutator.Framed(Encode.With((ref MessagePackWriter writer) =>
        new WatchFrame(("echo", 0), (watcher, 5), TerminationReason.Stopped).Write(ref writer, FrameKind.Watch)));

    private static byte[] StreamBegin(int stream, int length, string target = "echo") => FrameMutator.Framed(Encode.With((ref MessagePackWriter writer) =>
    {
        MessageFrame.Write(ref writer, FrameKind.StreamBegin, new ActorPath("server", target, 0), new Envelope(new object()), Blob.TypeId, further: 3);
        writer.Write(stream);
        writer.Write(length);
        writer.Write(0);
    }));

    private static byte[] Chunk(int stream, ReadOnlySpan<byte> bytes)
    {
        byte[] chunk = bytes.ToArray();
        return FrameMutator.Framed(Encode.With((ref MessagePackWriter writer) => WriteChunk(ref writer, stream, chunk)));
    }

    private static void WriteChunk(ref MessagePackWriter writer, int stream, byte[] chunk)
    {
        writer.WriteArrayHeader(3);
        writer.Write((int)FrameKind.Chunk);
        writer.Write(stream);
        writer.WriteBinary(chunk);
    }

    private static byte[] Question(Blob blob) => FrameMutator.Framed(Encode.With((ref MessagePackWriter writer) =>
    {
        writer.WriteArrayHeader(7);
        writer.Write((int)FrameKind.Message);
        writer.Write("echo");
        writer.Write(0);
        writer.WriteArrayHeader(3);
        writer.Write("deaf");
        writer.Write("asker");
        writer.Write(7);
        writer.WriteNil();
        writer.Write(Blob.TypeId);
        blob.Write(ref writer);
    }));

    private async Task<HostileSocket> ConnectAsync(HostileNode node, int host)
    {
        HostileSocket socket = await HostileSocket.ConnectAsync(node.Address, host);
        _sockets.Add(socket);
        return socket;
    }

    private async Task ObserveAsync(HostileNode node, Func<Task> attack)
    {
        output.WriteLine($"{await node.WhileAsync(attack)}");

        // They would keep the node from closing until its patience with them ends.
        _sockets.ForEach(socket => socket.Dispose());
    }
}
