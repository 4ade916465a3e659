using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;

namespace FedActors.Actors.Remoting;

/// <content>Large messages: their chunks, and whether they go on.</content>
internal sealed partial class LinkReceiver
{
    private long _streamsSince;
    private long _streamsArrived;

    /// <summary>How long large messages that have begun have not gone on by a chunk's bytes although the other side could send, or null while there are none.</summary>
    public TimeSpan? StreamSilence => Silence is not null && HeldFor is null && !_credit.IsWithheld && Volatile.Read(ref _streamsSince) is not 0 and var since
        ? _time.GetElapsedTime(Math.Max(since, _credit.RoomSince))
        : null;

    private Task? ContinueChunk(ref ReadOnlySpan<byte> rest)
    {
        int before = rest.Length;
        StreamAssembly? whole = _streams.Continue(ref rest);
        _credit.Use(before - rest.Length);
        return whole is null ? null : Deliver(whole);
    }

    /// <summary>Bytes that the connection has put in their place: one message is whole by them at most, so that nothing gathers that could go together.</summary>
    private Task? HandlePlaced(int bytes)
    {
        _isOnly = false;
        StreamAssembly? whole = _streams.ContinuePlaced(bytes);
        _credit.Use(bytes);
        return whole is null ? null : Deliver(whole);
    }

    /// <summary>
    /// Credit is granted as chunks arrive, so whoever has begun a stream can go on with one, but for the time in which credit is withheld
    /// or this loop was at work on what came. A byte now and then would hold memory for as long as its sender likes; a chunk's bytes must come.
    /// </summary>
    private void NoteStreams(long woken)
    {
        if (!_streams.HasOpen)
        {
            Volatile.Write(ref _streamsSince, 0);
            return;
        }

        _streams.CountRounds();
        long now = _time.GetTimestamp();
        if (_streams.Arrived - _streamsArrived >= _options.Limits.ChunkBytes || _streamsSince == 0)
        {
            _streamsArrived = _streams.Arrived;
            Volatile.Write(ref _streamsSince, Math.Max(1, now));
        }
        else
        {
            Volatile.Write(ref _streamsSince, _streamsSince + now - woken);
        }
    }

    private Task? Deliver(StreamAssembly stream)
    {
        _unsaidBytes += BytesBeforeSaying;
        MessageFrame head = stream.Head;
        ActorRef target = _endpoint.System.ResolveLocal(head.Target);
        var arrival = new LargeArrival(_endpoint.Unhandled, stream.Total);
        MessagePackReader body = stream.Read(_endpoint);
        Envelope envelope;
        try
        {
            if (!TryRead(target, head.Sender, head.TypeId, head.TraceParent, ref body, out envelope, arrival))
            {
                return null;
            }
        }
        finally
        {
            // What the message has kept is its own now.
            stream.Release(body.OwnKept);
        }

        // Its bytes count by themselves, also while it is set aside.
        arrival.Enter();
        return arrival.LeaveAfter(Count(_endpoint.Deliver(target, envelope, bytes: 0, _isOnly, _ended)));
    }
}
