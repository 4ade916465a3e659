using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using FedActors.Actors;
using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.Tests.Actors.Serialization;

namespace FedActors.Tests.TestKit.Remoting;

/// <summary>The other end of a connection, which says whatever a test wants it to say.</summary>
internal sealed class RawPeer(ITransportConnection connection) : IAsyncDisposable
{
    public static async Task<RawPeer> DialAsync(ITransport transport, TransportAddress address) => new(await transport.ConnectAsync(address).Limit());

    /// <summary>A greeting that a node of the test messages takes.</summary>
    public static Greeting Greeting(string node, long incarnation = 1) =>
        new(FedActors.Actors.Remoting.Frames.Greeting.CurrentVersion, node, incarnation, 512 * 1024, 1 << 20, 8, LinksLost: 0, Session: null, Types: []);

    /// <summary>Shakes hands as an honest dialer does, so that what follows reaches the frames' readers.</summary>
    public Task<Greeting> ShakeHandsAsync(string node, long incarnation) => ShakeHandsAsync(Greeting(node, incarnation));

    /// <summary>Shakes hands as an honest dialer does that says this of itself.</summary>
    public async Task<Greeting> ShakeHandsAsync(Greeting greeting)
    {
        Greeting welcome = await GreetAsync(greeting);
        await SendReadyAsync(welcome);
        return welcome;
    }

    /// <summary>Says this of itself, and hears what the other side says. The connection is not in use yet.</summary>
    public async Task<Greeting> GreetAsync(Greeting greeting)
    {
        await SendAsync((ref MessagePackWriter writer) => greeting.Write(ref writer, FrameKind.Hello));
        return ReadWelcome(await ReadFrameAsync());
    }

    /// <summary>Takes the connection into use, as an honest dialer does.</summary>
    public Task SendReadyAsync(Greeting welcome) => SendAsync((ref MessagePackWriter writer) =>
    {
        writer.WriteArrayHeader(2);
        writer.Write((int)FrameKind.Ready);
        new SessionMemory(1, welcome.Session!.Value.Own, 0).Write(ref writer);
    });

    /// <summary>Tells a node's actor something, and where the answer goes.</summary>
    public Task AskAsync(ActorSystem node, string actor, Numbered question, string asker = "watcher") => SendAsync((ref MessagePackWriter writer) =>
    {
        ActorRef sender = new NobodyRef(node, new ActorPath("peer", asker, 5));
        MessageFrame.Write(ref writer, FrameKind.Message, new ActorPath(node.Node, actor, 0), new Envelope(question, sender), Numbered.TypeId, further: 1);
        question.Write(ref writer);
    });

    /// <summary>Lets the node send more bulk.</summary>
    public Task GrantAsync(int bytes) => SendAsync((ref MessagePackWriter writer) =>
    {
        writer.WriteArrayHeader(2);
        writer.Write((int)FrameKind.Credit);
        writer.Write(bytes);
    });

    public Task SendAsync(WriteValues payload) => SendFrameAsync(Encode.With(payload));

    public Task SendFrameAsync(byte[] payload) => SendBytesAsync(Frame(payload));

    /// <summary>A frame as it goes over the wire.</summary>
    public static byte[] Frame(WriteValues payload) => Frame(Encode.With(payload));

    private static byte[] Frame(byte[] payload)
    {
        byte[] frame = new byte[payload.Length + 4];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length);
        payload.CopyTo(frame.AsSpan(4));
        return frame;
    }

    /// <summary>Sends bytes as they are. The other side may have hung up already, which is an answer, too.</summary>
    public async Task SendBytesAsync(byte[] bytes)
    {
        try
        {
            await connection.Output.WriteAsync(bytes).Limit();
        }
        catch (IOException)
        {
            // The end is seen where it is read.
        }
    }

    public async Task<byte[]> ReadFrameAsync()
    {
        while (true)
        {
            ReadResult result = await connection.Input.ReadAsync().Limit();
            ReadOnlySequence<byte> bytes = result.Buffer;
            if (FrameCutter.TryCut(ref bytes, 1 << 20, out ReadOnlySequence<byte> payload))
            {
                byte[] frame = payload.ToArray();
                connection.Input.AdvanceTo(bytes.Start);
                return frame;
            }

            connection.Input.AdvanceTo(bytes.Start, bytes.End);
            if (result.IsCompleted)
            {
                throw new EndOfStreamException("The other side hung up.");
            }
        }
    }

    public async Task<Refusal> ReadRefusalAsync()
    {
        byte[] frame = await ReadFrameAsync();
        return ReadRefusal(frame);
    }

    /// <summary>Completes when the other side has hung up, whatever it says before.</summary>
    public async Task WhenHungUpAsync()
    {
        try
        {
            while (true)
            {
                await ReadFrameAsync();
            }
        }
        catch (IOException)
        {
            // That is what was waited for.
        }
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    public static Greeting ReadWelcome(byte[] frame)
    {
        var reader = new MessagePackReader(frame);
        reader.ReadArrayHeader();
        reader.ReadInt32().Should().Be((int)FrameKind.Welcome);
        return FedActors.Actors.Remoting.Frames.Greeting.Read(ref reader);
    }

    private static Refusal ReadRefusal(byte[] frame)
    {
        var reader = new MessagePackReader(frame);
        reader.ReadArrayHeader();
        reader.ReadInt32().Should().Be((int)FrameKind.Refuse);
        return Refusal.Read(ref reader);
    }
}
