using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;

namespace FedActors.Actors.Remoting;

/// <content>Large messages, a chunk at a time.</content>
internal sealed partial class LinkSender
{
    // The most that a chunk's frame has before its bytes: length, array, kind, stream, head of a binary value. A frame of the largest chunk is then 256 KiB, and so 16 full records of TLS.
    private const int ChunkHeadBytes = FrameBuffer.PrefixBytes + 1 + 1 + 5 + 5;

    // How much goes in one flush.
    private int BulkTurn => _direct is { TakesMore: true } ? Math.Max(_turn, _window.Turn) : _turn;

    private bool TryFillChunk(int room, out int bytes)
    {
        bytes = 0;
        int mayGo = _window.Room;
        if (mayGo <= 0 || _endpoint.Outbox.PeekBulk(mayBegin: _openStreams < _maxStreams, out bool isAlone) is not { } message)
        {
            return false;
        }

        // What is left of a window is worth no frame and no flush of its own.
        int left = message.Length - message.Sent;
        int most = isAlone ? Math.Min(_mostChunk, Math.Max(room, _chunk)) : _chunk;
        int length = Math.Min(left, Math.Min(mayGo, most));
        if (length < Math.Min(left, _leastChunk))
        {
            return false;
        }

        // Before the chunk's head, in one piece with it, and not behind its bytes as a piece of its own.
        bytes += FillReceived(besides: length);
        if (message.StreamId == 0)
        {
            message.StreamId = ++_streamId;
            _openStreams++;
            bytes += WriteStreamBegin(message);
        }

        bytes += WriteChunk(message, length);
        _window.OnSent(length);
        _openStreams -= message.Sent == message.Length ? 1 : 0;
        _endpoint.Outbox.EndBulkTurn(message);
        return true;
    }

    private int WriteStreamBegin(BulkMessage message)
    {
        int start = _head.BeginFrame();
        var writer = new MessagePackWriter(_head);
        MessageFrame.Write(ref writer, FrameKind.StreamBegin, message.Target.WirePath, message.Envelope, message.TypeId, further: 3);
        writer.Write(message.StreamId);
        writer.Write(message.Length);
        writer.Write(message.Body.Phase);
        writer.Flush();
        _head.EndFrame(start);
        return WriteHead();
    }

    /// <summary>Writes the frame's head into a buffer and its bytes straight behind it, if they cannot be sent from where they lie: bulk is copied once at most on its way to the connection.</summary>
    private int WriteChunk(BulkMessage message, int length)
    {
        int start = _head.BeginFrame();
        var writer = new MessagePackWriter(_head);
        writer.WriteArrayHeader(3);
        writer.Write((int)FrameKind.Chunk);
        writer.Write(message.StreamId);
        writer.WriteBinaryHeader(length);
        writer.Flush();
        _head.EndFrame(start, behind: length);
        int bytes = WriteHead() + length;
        for (int end = message.Sent + length; message.Sent < end;)
        {
            if (_direct is not null && message.TryReadInPlace(end - message.Sent, out ReadOnlyMemory<byte> inPlace))
            {
                _direct.Refer(inPlace);
                continue;
            }

            int copied = Math.Min(end - message.Sent, message.Body.NextLength);
            message.ReadChunk(_output.GetSpan(copied)[..copied]);
            _output.Advance(copied);
        }

        return bytes;
    }
}
