using FedActors.Actors;
using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;
using FedActors.FL.Numerics;
using FedActors.FL.Protocol;
using FedActors.Tests.Actors.Serialization;
using FedActors.Tests.FL.Protocol;
using FedActors.Tests.TestKit.Remoting;

namespace FedActors.Tests.TestKit.Hostile;

/// <summary>Payloads of valid frames: every kind of frame, and a message frame with each message of the coordinated protocol.</summary>
internal static class FrameCorpus
{
    private static readonly ActorPath Target = new("server", "echo", 0);

    /// <summary>The messages that the frames carry.</summary>
    public static MessageRegistry Registry { get; } = CoordinatedProtocol.Register(new MessageRegistryBuilder()).Build();

    public static IReadOnlyList<byte[]> Payloads(ulong seed) =>
    [
        .. Greetings(),
        .. new AnyMessage(new RandomStream(seed)).OfEachType().Select(Message),
        .. new AnyMessage(new RandomStream(seed + 1)).OfEachType().Select(Brief),
        .. new[] { NamedSide.Reader, NamedSide.Writer }.Select(side =>
            Encode.With((ref MessagePackWriter writer) => new NameFrame(side, 3, "echo", 5).Write(ref writer))),
        .. Fields(FrameKind.Credit, 4096),
        .. Fields(FrameKind.Heartbeat),
        .. Fields(FrameKind.Received, 12),
        .. Fields(FrameKind.WantsReceived),
        .. Fields(FrameKind.Bye),
        Encode.With((ref MessagePackWriter writer) =>
        {
            MessageFrame.Write(ref writer, FrameKind.StreamBegin, Target, new Envelope(new object()), 1, further: 3);
            writer.Write(1);
            writer.Write(100_000);
            writer.Write(0);
        }),
        Encode.With((ref MessagePackWriter writer) =>
        {
            writer.WriteArrayHeader(3);
            writer.Write((int)FrameKind.Chunk);
            writer.Write(1);
            writer.WriteBinary(new byte[300]);
        }),
        .. new[] { FrameKind.Watch, FrameKind.Unwatch, FrameKind.Ended }.Select(Watch),
        Encode.With((ref MessagePackWriter writer) =>
        {
            writer.WriteArrayHeader(4);
            writer.Write((int)FrameKind.AskFailed);
            writer.Write("$7");
            writer.Write(7);
            writer.Write("nobody there");
        }),
    ];

    private static IEnumerable<byte[]> Greetings()
    {
        Greeting hello = RawPeer.Greeting("peer") with { Types = [(1, 2), (3, 4)] };
        yield return Encode.With((ref MessagePackWriter writer) => hello.Write(ref writer, FrameKind.Hello));
        Greeting welcome = hello with { Session = new SessionMemory(1, 2, 3) };
        yield return Encode.With((ref MessagePackWriter writer) => welcome.Write(ref writer, FrameKind.Welcome));
        yield return Encode.With((ref MessagePackWriter writer) => new Refusal(RefusalCode.TooMany, "peer", "no room").Write(ref writer));
        yield return Encode.With((ref MessagePackWriter writer) =>
        {
            writer.WriteArrayHeader(2);
            writer.Write((int)FrameKind.Ready);
            new SessionMemory(1, 2, 3).Write(ref writer);
        });
    }

    private static byte[] Message(object message)
    {
        Registry.TryGet(message.GetType(), out MessageCodec? codec).Should().BeTrue();
        return Encode.With((ref MessagePackWriter writer) =>
        {
            var headers = new MessageHeaders { TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" };
            MessageFrame.Write(ref writer, FrameKind.Message, Target, new Envelope(message, null, headers), codec!.TypeId, further: 1);
            codec.Write(ref writer, message);
        });
    }

    private static byte[] Brief(object message)
    {
        Registry.TryGet(message.GetType(), out MessageCodec? codec).Should().BeTrue();
        return Encode.With((ref MessagePackWriter writer) =>
        {
            new BriefFrame(0, -5, null, codec!.TypeId).Write(ref writer);
            codec.Write(ref writer, message);
        });
    }

    private static byte[] Watch(FrameKind kind) => Encode.With((ref MessagePackWriter writer) =>
        new WatchFrame(("echo", 0), ("watcher", 5), TerminationReason.Stopped).Write(ref writer, kind));

    private static IEnumerable<byte[]> Fields(FrameKind kind, params int[] fields)
    {
        yield return Encode.With((ref MessagePackWriter writer) =>
        {
            writer.WriteArrayHeader(1 + fields.Length);
            writer.Write((int)kind);
            foreach (int field in fields)
            {
                writer.Write(field);
            }
        });
    }
}
