using System.Buffers;
using FedActors.Actors;
using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;

namespace FedActors.Tests.TestKit.Hostile;

/// <summary>Reads a frame of any kind with the readers that a connection uses, and does nothing about it.</summary>
internal static class FrameReading
{
    private const int MaxFrameBytes = 256 * 1024;

    /// <returns>Whether there was a whole frame to read.</returns>
    /// <exception cref="ProtocolException">The frame is malformed.</exception>
    public static bool Read(byte[] bytes, IActorRefResolver resolver)
    {
        var sequence = new ReadOnlySequence<byte>(bytes);
        if (!FrameCutter.TryCut(ref sequence, MaxFrameBytes, out ReadOnlySequence<byte> payload))
        {
            return false;
        }

        var reader = new MessagePackReader(payload.FirstSpan, null, resolver);
        reader.ReadFields(known: 1);
        Read((FrameKind)reader.ReadInt32(), ref reader);
        return true;
    }

    private static void Read(FrameKind kind, ref MessagePackReader reader)
    {
        switch (kind)
        {
            case FrameKind.Hello or FrameKind.Welcome:
                Greeting.Read(ref reader);
                break;
            case FrameKind.Refuse:
                Refusal.Read(ref reader);
                break;
            case FrameKind.Ready:
                SessionMemory.Read(ref reader);
                break;
            case FrameKind.Message:
                ReadMessage(ref reader);
                break;
            case FrameKind.StreamBegin:
                MessageFrame.Read(ref reader, "server");
                reader.ReadInt32();
                reader.ReadInt32();
                break;
            case FrameKind.Chunk:
                reader.ReadInt32();
                reader.ReadBinary(MaxFrameBytes);
                break;
            case FrameKind.Credit or FrameKind.Received:
                reader.ReadInt64();
                break;
            case FrameKind.Watch or FrameKind.Unwatch or FrameKind.Ended:
                WatchFrame.Read(ref reader);
                break;
            case FrameKind.AskFailed:
                reader.ReadString(ActorPath.MaxPathLength);
                reader.ReadInt64();
                reader.ReadString();
                break;
            case FrameKind.Heartbeat or FrameKind.WantsReceived or FrameKind.Bye:
                break;
            default:
                throw new ProtocolException($"{kind} is no kind of frame.");
        }
    }

    private static void ReadMessage(ref MessagePackReader reader)
    {
        MessageFrame head = MessageFrame.Read(ref reader, "server");
        if (FrameCorpus.Registry.TryGet(head.TypeId, out MessageCodec? codec))
        {
            codec.Read(ref reader);
        }
    }
}
