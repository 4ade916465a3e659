using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;

namespace FedActors.Actors.Remoting;

/// <content>What one flush holds.</content>
internal sealed partial class LinkSender
{
    // What is sent again before one flush: as much as a batch of new frames holds at most.
    private const int BytesSentAgain = 64 * 1024;

    /// <summary>Writes what there is to write, without flushing.</summary>
    /// <returns>How many bytes.</returns>
    private int Fill()
    {
        int bytes = FillControl();
        bool isUnread = false;

        // What is sent again lies in the pieces in which it was sent: one flush for many of them.
        bool more = true;
        while (more && _endpoint.Outbox.TakeFrames() is { } batch)
        {
            Write(batch.Written);
            bytes += batch.Bytes;
            _window.OnSmall();
            more = batch.Since is null && bytes < BytesSentAgain;
            if (batch.Since is { } since)
            {
                batch.Since = null;
                _endpoint.OnSent(since);
            }

            _endpoint.Outbox.EndFrames();
            isUnread = _endpoint.Outbox.IsUnread;
        }

        for (int filled = 0; BulkTurn - filled is var room && room > _leastChunk / 2 && TryFillChunk(room, out int chunk);)
        {
            bytes += chunk;
            filled += chunk;
        }

        // Behind all that it is to speak of: who has not shown that it reads says at once how far it is, if it does.
        if (_endpoint.Outbox.TakeWantsRoom() || isUnread)
        {
            WriteTo(_head, static (ref MessagePackWriter writer) =>
            {
                writer.WriteArrayHeader(1);
                writer.Write((int)FrameKind.WantsReceived);
            });
            bytes += WriteHead();
        }

        bytes += FillReceived(bytes);
        _endpoint.CountSent(bytes);
        return bytes;
    }

    /// <summary>Says what has arrived, along with whatever else is said, or by itself when it is due.</summary>
    private int FillReceived(int besides)
    {
        return _endpoint.Received == _saidReceived || (besides == 0 && !_receivedDue) ? 0 : SayNow();
    }

    private int SayNow()
    {
        long received = _endpoint.Received;
        _receivedDue = false;
        Volatile.Write(ref _saidReceived, received);
        int start = _head.BeginFrame();
        var writer = new MessagePackWriter(_head);
        writer.WriteArrayHeader(2);
        writer.Write((int)FrameKind.Received);
        writer.Write(received);
        writer.Flush();
        _head.EndFrame(start);
        return WriteHead();
    }

    private int FillControl()
    {
        lock (_control)
        {
            int bytes = _control.Length;
            if (bytes > 0)
            {
                Write(_control.Written);
                _control.Truncate(0);
            }

            return bytes;
        }
    }

    /// <summary>Says how much is to come, so that it lies in one piece.</summary>
    private void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_output.GetSpan(bytes.Length));
        _output.Advance(bytes.Length);
    }

    private int WriteHead()
    {
        int bytes = _head.Length;
        Write(_head.Written);
        _head.Truncate(0);
        return bytes;
    }
}
