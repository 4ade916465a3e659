using System.IO.Pipelines;
using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Scheduling;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;

namespace FedActors.Actors.Remoting;

/// <summary>Sends an endpoint's outbox over one connection.</summary>
internal sealed partial class LinkSender
{
    // Bulk chunks between two looks at the other lanes, unless large messages go alone. More in one flush wakes the other side less often; fewer let a small message wait less.
    private const int ChunksPerTurn = 4;

    // Flushes that complete at once before the thread is given back: a fast reader must not let this loop hog a pool thread. One of much counts as several.
    private const int TurnsBeforeYield = 32;

    // Who sends so much leaves a line to others: the thread that waits for sockets is needed for small messages.
    private const int BytesBeyondLine = 16 * 1024;

    private readonly Endpoint _endpoint;
    private readonly PipeWriter _output;
    private readonly IDirectOutput? _direct;
    private readonly RemotingLimits _limits;
    private readonly SendWindow _window;
    private readonly int _chunk;
    private readonly int _leastChunk;
    private readonly int _mostChunk;
    private readonly int _maxStreams;
    private readonly int _turn;
    private readonly AsyncSignal _signal = new();
    private readonly FrameBuffer _control = new();
    private readonly FrameBuffer _head = new();
    private int _streamId;
    private int _openStreams;
    private long _flushingSince;
    private long _saidReceived;
    private volatile bool _receivedDue;
    private volatile bool _closing;
    private volatile bool _farewell;

    /// <param name="endpoint">Whose outbox is sent.</param>
    /// <param name="output">The connection's output.</param>
    /// <param name="limits">This side's bounds.</param>
    /// <param name="peer">What the other side takes.</param>
    public LinkSender(Endpoint endpoint, PipeWriter output, RemotingLimits limits, Greeting peer)
    {
        _endpoint = endpoint;
        _output = output;
        _direct = output as IDirectOutput;
        _limits = limits;
        _window = SendWindow.Of(peer);
        _maxStreams = Math.Min(limits.MaxStreams, peer.MaxStreams);
        int room = Math.Max(1, (peer.MaxFrameBytes > 0 ? peer.MaxFrameBytes : limits.MaxFrameBytes) - ChunkHeadBytes);
        _turn = ChunksPerTurn * limits.ChunkBytes;
        _chunk = Math.Min(limits.ChunkBytes, room);
        _leastChunk = Math.Min(_chunk, _window.LeastRoom);
        _mostChunk = _direct is null || peer.MaxFrameBytes == 0 ? _chunk : Math.Min(_turn, room);
    }

    /// <summary>Whether everything has been sent that will be, after this side's goodbye or the other's.</summary>
    public bool HasFinished { get; private set; }

    /// <summary>How long the loop has waited for the other side to take bytes, or null while it has not.</summary>
    public TimeSpan? Stall => Volatile.Read(ref _flushingSince) is not 0 and var since ? _endpoint.System.Time.GetElapsedTime(since) : null;

    /// <summary>How far the other side has been told what arrived.</summary>
    public long SaidReceived => Volatile.Read(ref _saidReceived);

    /// <summary>There is something to send.</summary>
    /// <param name="isAwaited">Whether somebody is about to wait for what follows from it.</param>
    public void Wake(bool isAwaited) => _signal.Set(isAwaited);

    /// <summary>Says soon what has arrived, even if there is nothing else to say.</summary>
    public void SayReceived()
    {
        _receivedDue = true;
        Wake(isAwaited: false);
    }

    /// <summary>Ends the loop after saying what has arrived. The other side takes nothing else any more.</summary>
    public void CloseAfterFarewell()
    {
        _farewell = true;
        SayReceived();
    }

    /// <summary>Ends the loop when everything queued is sent.</summary>
    public void Close()
    {
        _closing = true;
        Wake(isAwaited: false);
    }

    /// <summary>Queues a frame without fields in the lane that waits for nothing.</summary>
    public void PostControl(FrameKind kind) => PostControl(kind, null);

    /// <summary>Takes the connection into use.</summary>
    public void PostReady(SessionMemory memory) => PostControl((ref MessagePackWriter writer) =>
    {
        writer.WriteArrayHeader(2);
        writer.Write((int)FrameKind.Ready);
        memory.Write(ref writer);
    });

    /// <summary>Lets the other side send more bulk.</summary>
    public void PostCredit(int bytes) => PostControl(FrameKind.Credit, bytes);

    /// <summary>The other side lets this one send more bulk.</summary>
    public void AddCredit(int bytes)
    {
        _window.Grant(bytes);
        Wake(isAwaited: false);
    }

    public async Task RunAsync(ITransportConnection connection, CancellationToken ended)
    {
        int turns = 0;
        _saidReceived = _endpoint.Received;
        while (!ended.IsCancellationRequested)
        {
            if (_farewell)
            {
                // Whether it is due or not: the other side takes for lost what it has not heard of by the end.
                _endpoint.CountSent(SayNow());
                await FinishAsync(connection, ended);
                return;
            }

            if (Fill() is > 0 and int bytes)
            {
                turns += await FlushAsync(ended) ? Math.Max(1, (bytes + (_turn / 2)) / _turn) : 0;
                if (turns >= TurnsBeforeYield || (bytes >= BytesBeyondLine && ThreadPoolScheduler.Instance.IsInLine))
                {
                    turns = 0;
                    await Task.Yield();
                }

                continue;
            }

            // Bulk may wait for credit; what was queued before the goodbye goes before it.
            if (_closing && _endpoint.Outbox.IsWritten)
            {
                // Nothing behind the goodbye is heard.
                _endpoint.CountSent(FillReceived(besides: 1));
                PostControl(FrameKind.Bye);
                Fill();
                await FinishAsync(connection, ended);
                return;
            }

            await _signal.WaitAsync();
        }
    }

    /// <summary>Flushes what is said last, and ends this direction. A transport may wait for room to do so, as with everything else.</summary>
    private async Task FinishAsync(ITransportConnection connection, CancellationToken ended)
    {
        await FlushAsync(ended);
        HasFinished = true;
        Volatile.Write(ref _flushingSince, Math.Max(1, _endpoint.System.Time.GetTimestamp()));
        await connection.FinishAsync();
        Volatile.Write(ref _flushingSince, 0);
    }

    /// <returns>Whether it was done at once.</returns>
    private async ValueTask<bool> FlushAsync(CancellationToken ended)
    {
        ValueTask<FlushResult> flush = _output.FlushAsync(ended);
        if (flush.IsCompleted)
        {
            await flush;
            return true;
        }

        // A timestamp of 0 is possible on an injected clock; the mark only has to differ from "not flushing".
        Volatile.Write(ref _flushingSince, Math.Max(1, _endpoint.System.Time.GetTimestamp()));
        await flush;
        Volatile.Write(ref _flushingSince, 0);
        return false;
    }

    private void PostControl(FrameKind kind, int? argument) => PostControl((ref MessagePackWriter writer) =>
    {
        writer.WriteArrayHeader(argument is null ? 1 : 2);
        writer.Write((int)kind);
        if (argument is { } value)
        {
            writer.Write(value);
        }
    });

    private void PostControl(WriteFrame write)
    {
        lock (_control)
        {
            WriteTo(_control, write);
        }

        Wake(isAwaited: false);
    }

    private static void WriteTo(FrameBuffer buffer, WriteFrame write)
    {
        int start = buffer.BeginFrame();
        var writer = new MessagePackWriter(buffer);
        write(ref writer);
        writer.Flush();
        buffer.EndFrame(start);
    }
}
