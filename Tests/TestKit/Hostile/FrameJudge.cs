using System.Buffers;
using FedActors.Actors;
using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;

namespace FedActors.Tests.TestKit.Hostile;

/// <summary>Reads a frame of any kind with the readers that a connection uses, and does nothing about it.</summary>
internal sealed class FrameJudge(ActorSystem system) : IActorRefResolver
{
    private const int MaxFrameBytes = 256 * 1024;

    /// <summary>Whether the frame's reader refuses it. Anything but a refusal in words is thrown.</summary>
    public bool IsRefused(byte[] frame)
    {
        try
        {
            Read(frame);
            return false;
        }
        catch (ProtocolException e)
        {
            return e.Message.Length > 0 ? true : throw new InvalidOperationException("A refusal without words.");
        }
    }

    public ActorRef Resolve(ActorPath path) => system.ResolveLocal(path);

    private void Read(byte[] bytes)
    {
        var sequence = new ReadOnlySequence<byte>(bytes);
        if (!FrameCutter.TryCut(ref sequence, MaxFrameBytes, out ReadOnlySequence<byte> payload))
        {
            return;
        }

        var reader = new MessagePackReader(payload.FirstSpan, null, this);
        reader.ReadFields(known: 1);
        Read((FrameKind)reader.ReadInt32(), ref reader);
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
            case FrameKind.Name:
                NameFrame.Read(ref reader);
                break;
            case FrameKind.Brief:
                ReadBody(BriefFrame.Read(ref reader).TypeId, ref reader);
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
        ReadBody(head.TypeId, ref reader);
    }

    private static void ReadBody(int typeId, ref MessagePackReader reader)
    {
        if (FrameCorpus.Registry.TryGet(typeId, out MessageCodec? codec))
        {
            codec.Read(ref reader);
        }
    }
}
