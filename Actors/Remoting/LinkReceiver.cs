using System.Buffers;
using System.IO.Pipelines;
using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Scheduling;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;

namespace FedActors.Actors.Remoting;

/// <summary>Receives frames of one connection and delivers their messages, in order.</summary>
/// <remarks>
/// A full mailbox stops the loop for a moment; then the message waits aside, and when too much waits so the loop stops again, and
/// through the transport's buffers the sender: back-pressure instead of loss. While it is stopped so, silence says nothing about the
/// other side, and <see cref="Silence"/> does not count it.
/// </remarks>
internal sealed partial class LinkReceiver
{
    // Reads that complete at once before the thread is given back. One that brings much counts as several.
    private const int TurnsBeforeYield = 32;
    private const int BytesOfATurn = 128 * 1024;

    // The other side holds what it has sent until it hears that it has arrived: a small part of its queue, in bytes or in messages.
    private const int BytesBeforeSaying = 64 * 1024;
    private const int FramesBeforeSaying = 1024;

    // Frames that are answered together. Fewer cost a flush for each few answers; more leave the other side idle until all are there.
    private const int FramesBeforeUncorking = 32;

    // Frames between two looks whether others wait for a thread. What a flood of one connection gives an actor to do, questions of others stand
    // behind; but the actors of this connection are among those who wait, and batches of 64 halved the rate of small messages.
    private const int FramesBeforeGivingWay = 16 * FramesBeforeUncorking;

    // A new connection's first frames give way more often: nobody knows yet whether its node reads what it is answered.
    private const int FramesAtFirst = 2 * FramesBeforeGivingWay;

    private readonly Endpoint _endpoint;
    private readonly PipeReader _input;
    private readonly IDirectInput? _direct;
    private readonly RemotingOptions _options;
    private readonly LinkSender _sender;
    private readonly CancellationToken _ended;
    private readonly TimeProvider _time;
    private readonly MessageHeaders _headers;
    private readonly IncomingStreams _streams;
    private readonly IncomingCredit _credit;
    private readonly ReceivingTurn? _turn;
    private byte[] _scratch = [];
    private long _waitingSince;
    private long _unsaidBytes;
    private bool _farewell;
    private bool _givesWay;
    private long _beginning = FramesAtFirst;

    // Whether the frame at hand is all that has arrived: who gets its message may then run next on this thread. Of many, other threads begin with the first.
    private bool _isOnly;

    public LinkReceiver(Endpoint endpoint, ITransportConnection connection, RemotingOptions options, string node, int withheldBytes, LinkSender sender, CancellationToken ended)
    {
        _endpoint = endpoint;
        _input = connection.Input;
        _direct = _input as IDirectInput;
        _options = options;
        _sender = sender;
        _ended = ended;
        _time = endpoint.System.Time;
        _streams = new IncomingStreams(options.Limits, endpoint.System.Node, endpoint.Vectors);
        _credit = new IncomingCredit(endpoint.Unhandled, options.Transport.BulkWindowBytes, withheldBytes, sender, _time);
        _headers = new MessageHeaders { Origin = node, Peer = connection.Peer };
        ActorScheduler scheduler = endpoint.System.Scheduler;
        _turn = scheduler.IsPool ? new ReceivingTurn(scheduler) : null;
    }

    /// <summary>How long the loop has waited for a byte, or null while it is busy with what came.</summary>
    public TimeSpan? Silence => Volatile.Read(ref _waitingSince) is not 0 and var since ? _time.GetElapsedTime(since) : null;

    /// <summary>Runs until the connection ends.</summary>
    /// <returns>Whether the other side said goodbye first.</returns>
    public async Task<bool> RunAsync()
    {
        int turns = 0;
        long carried = 0;
        _credit.Begin();
        while (true)
        {
            // A timestamp of 0 is possible on an injected clock; the mark only has to differ from "not waiting".
            Volatile.Write(ref _waitingSince, Math.Max(1, _time.GetTimestamp()));
            _direct?.PlaceNext(_streams.Place);
            ValueTask<ReadResult> reading = _input.ReadAsync(_ended);
            bool atOnce = reading.IsCompleted;
            if (atOnce)
            {
                // The loop goes on: what was to run behind it must not wait for that.
                _endpoint.System.Scheduler.TurnsHere?.Release();
            }

            ReadResult read = await (_turn is null ? reading : _turn.AwaitAsync(reading));
            Volatile.Write(ref _waitingSince, 0);
            long woken = _streams.HasOpen ? _time.GetTimestamp() : 0;
            int placed = _direct?.TakePlaced() ?? 0;
            ReadOnlyMemory<byte> bytes = Contiguous(read.Buffer);
            long arrived = placed + bytes.Length - carried;
            _endpoint.CountReceived(arrived);
            if (placed > 0 && HandlePlaced(placed) is { } delivery)
            {
                await delivery;
            }

            int handled = 0;
            bool isDone = false;
            while (!isDone)
            {
                if (IsHeld(bytes.Span[handled..]))
                {
                    if (bytes.Length - handled < _options.Limits.MaxFrameBytes && !_byeAhead)
                    {
                        break;
                    }

                    await GrantAsync();
                }
                else if (HandleCorked(bytes.Span, ref handled) is { } pending)
                {
                    await pending;
                }
                else if (_givesWay)
                {
                    _givesWay = false;
                    await Task.Yield();
                }
                else
                {
                    isDone = !_isHeld;
                }
            }

            // Nothing follows a goodbye but the end, and hanging up with bytes unread could take back what was sent.
            handled = _farewell ? bytes.Length : handled;
            SayReceivedIfDue(arrived);
            NoteStreams(woken);
            carried = bytes.Length - handled;
            GiveScratchBack();
            _input.AdvanceTo(read.Buffer.GetPosition(handled), read.Buffer.End);
            if (read.IsCompleted && (_isHeld || (carried == 0 && !_streams.IsWithinChunk)))
            {
                return _farewell;
            }

            if (read.IsCompleted)
            {
                throw new ProtocolException($"The connection ended within a frame, after {carried} of its bytes.");
            }

            turns += atOnce ? 1 + (placed / BytesOfATurn) : 0;
            if (turns >= TurnsBeforeYield)
            {
                turns = 0;
                await Task.Yield();
            }
        }
    }

    /// <summary>There is room again for large messages.</summary>
    public void OnRoom() => _credit.OnRoom();

    private void SayReceivedIfDue(long arrived)
    {
        _unsaidBytes += arrived;
        long unsaid = _endpoint.Received - _sender.SaidReceived;
        if (unsaid == 0)
        {
            _unsaidBytes = 0;
        }
        else if (unsaid >= FramesBeforeSaying || _unsaidBytes >= BytesBeforeSaying)
        {
            _unsaidBytes = 0;
            _sender.SayReceived();
        }
    }

    /// <summary>Returns pooled memory. Called when the loop has ended.</summary>
    public void Release() => _streams.Release();

    /// <summary>A socket's bytes come in one piece; other transports' may not. What they are put together in is rented for a turn, since a node may have ten thousand receivers.</summary>
    private ReadOnlyMemory<byte> Contiguous(in ReadOnlySequence<byte> bytes)
    {
        if (bytes.IsSingleSegment)
        {
            return bytes.First;
        }

        int length = (int)bytes.Length;
        _scratch = ArrayPool<byte>.Shared.Rent(length);
        bytes.CopyTo(_scratch);
        return _scratch.AsMemory(0, length);
    }

    private void GiveScratchBack()
    {
        ArrayPool<byte>.Shared.Return(_scratch);
        _scratch = [];
    }

    /// <summary>Handles frames; what is said meanwhile in answer to them goes together.</summary>
    private Task? HandleCorked(ReadOnlySpan<byte> bytes, ref int handled)
    {
        _endpoint.Outbox.Cork();
        try
        {
            return HandleFrames(bytes, ref handled);
        }
        finally
        {
            _endpoint.Outbox.Uncork();
        }
    }

    /// <summary>Handles frames until one of them waits, or no whole one is left.</summary>
    /// <param name="bytes">What has arrived.</param>
    /// <param name="handled">How far it has been handled.</param>
    /// <returns>What to wait for before going on, or null when that was all.</returns>
    private Task? HandleFrames(ReadOnlySpan<byte> bytes, ref int handled)
    {
        ReadOnlySpan<byte> rest = bytes[handled..];
        int frames = 0;
        while (!_farewell)
        {
            if (++frames % FramesBeforeUncorking == 0)
            {
                _endpoint.Outbox.Uncork();
                _endpoint.Outbox.Cork();
                if (MustHold())
                {
                    return null;
                }

                _beginning -= FramesBeforeUncorking;
                int most = _beginning > 0 ? FramesBeforeHolding : FramesBeforeGivingWay;
                if (frames % most == 0 && _turn is not null && _endpoint.System.Scheduler.OthersWait)
                {
                    _givesWay = true;
                    return null;
                }
            }

            Task? handling;
            _isOnly = false;
            if (_streams.IsWithinChunk)
            {
                if (rest.IsEmpty)
                {
                    return null;
                }

                handling = ContinueChunk(ref rest);
            }
            else if (FrameCutter.TryCut(ref rest, _options.Limits.MaxFrameBytes, out ReadOnlySpan<byte> payload))
            {
                _isOnly = handled == 0 && rest.IsEmpty;
                handling = Handle(payload);
            }
            else if (_streams.TryBeginChunk(ref rest))
            {
                handled = bytes.Length - rest.Length;
                continue;
            }
            else
            {
                return null;
            }

            handled = bytes.Length - rest.Length;
            if (handling is not null)
            {
                return handling;
            }
        }

        return null;
    }

    /// <returns>What to wait for before the next frame, or null.</returns>
    private Task? Handle(ReadOnlySpan<byte> payload)
    {
        var reader = new MessagePackReader(payload, null, _endpoint);
        int fields = reader.ReadFields(known: 1);
        int kind = reader.ReadInt32();
        switch ((FrameKind)kind)
        {
            case FrameKind.Brief:
                return Deliver(BriefFrame.Read(ref reader), ref reader);
            case FrameKind.Message:
                return Deliver(MessageFrame.Read(ref reader, _endpoint.System.Node), ref reader);
            case FrameKind.Name:
                _endpoint.OnName(NameFrame.Read(ref reader));
                _endpoint.CountArrived();
                break;
            case FrameKind.StreamBegin:
                _streams.Begin(ref reader);
                break;
            case FrameKind.Chunk:
                StreamAssembly? whole = _streams.TakeChunk(ref reader, out int bytes);
                _credit.Use(bytes);
                return whole is null ? null : Deliver(whole);
            case FrameKind.Credit:
                _sender.AddCredit(reader.ReadInt32());
                break;
            case FrameKind.Heartbeat:
                break;
            case FrameKind.Received:
                _endpoint.Outbox.Acknowledge(reader.ReadInt64());
                break;
            case FrameKind.WantsReceived:
                _sender.SayReceived();
                break;
            case FrameKind.Watch:
                _endpoint.OnWatch(WatchFrame.Read(ref reader));
                _endpoint.CountArrived();
                break;
            case FrameKind.Unwatch:
                _endpoint.OnUnwatch(WatchFrame.Read(ref reader));
                _endpoint.CountArrived();
                break;
            case FrameKind.Ended:
                _endpoint.OnEnded(WatchFrame.Read(ref reader));
                _endpoint.CountArrived();
                break;
            case FrameKind.AskFailed:
                _endpoint.OnAskFailed(ref reader);
                _endpoint.CountArrived();
                break;
            case FrameKind.Bye:
                _farewell = true;
                _sender.CloseAfterFarewell();
                break;
            default:
                throw new ProtocolException($"A frame of kind {kind} with {fields} further fields has no place after the handshake.");
        }

        return null;
    }
}
