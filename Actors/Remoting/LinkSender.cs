using System.Buffers;
using System.IO.Pipelines;
using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;

namespace FedActors.Actors.Remoting;

/// <summary>Sends an endpoint's outbox over one connection.</summary>
internal sealed class LinkSender
{
    // Bulk chunks between two looks at the other lanes.
    private const int ChunksPerTurn = 2;

    // Flushes that complete at once before the thread is given back: a fast reader must not let this loop hog a pool thread.
    private const int TurnsBeforeYield = 32;

    private readonly Endpoint _endpoint;
    private readonly PipeWriter _output;
    private readonly RemotingLimits _limits;
    private readonly int _window;
    private readonly AsyncSignal _signal = new();
    private readonly FrameBuffer _control = new();
    private readonly FrameBuffer _head = new();
    private int _credit;
    private int _streamId;
    private int _openStreams;
    private volatile bool _closing;

    /// <param name="endpoint">Whose outbox is sent.</param>
    /// <param name="output">The connection's output.</param>
    /// <param name="limits">Chunk size and streams side by side.</param>
    /// <param name="window">Bulk bytes that the other side takes before it grants more.</param>
    public LinkSender(Endpoint endpoint, PipeWriter output, RemotingLimits limits, int window)
    {
        _endpoint = endpoint;
        _output = output;
        _limits = limits;
        _window = window;
        _credit = window;
    }

    /// <summary>Whether the end of the queue and a goodbye have been sent.</summary>
    public bool SaidGoodbye { get; private set; }

    public void Wake() => _signal.Set();

    /// <summary>Ends the loop when everything queued is sent.</summary>
    public void Close()
    {
        _closing = true;
        Wake();
    }

    /// <summary>Queues a frame without fields in the lane that waits for nothing.</summary>
    public void PostControl(FrameKind kind) => PostControl(kind, null);

    /// <summary>Lets the other side send more bulk.</summary>
    public void PostCredit(int bytes) => PostControl(FrameKind.Credit, bytes);

    /// <summary>The other side lets this one send more bulk.</summary>
    public void AddCredit(int bytes)
    {
        // More credit than the window means that the other side has lost count.
        if (bytes <= 0 || Interlocked.Add(ref _credit, bytes) > _window)
        {
            throw new ProtocolException($"A credit of {bytes} bytes exceeds the window of {_window}.");
        }

        Wake();
    }

    public async Task RunAsync(ITransportConnection connection, CancellationToken ended)
    {
        int turns = 0;
        while (!ended.IsCancellationRequested)
        {
            if (Fill())
            {
                ValueTask<FlushResult> flush = _output.FlushAsync(ended);
                if (flush.IsCompletedSuccessfully && ++turns % TurnsBeforeYield == 0)
                {
                    await Task.Yield();
                }

                await flush;
                continue;
            }

            if (_closing)
            {
                PostControl(FrameKind.Bye);
                Fill();
                await _output.FlushAsync(ended);
                SaidGoodbye = true;
                await connection.FinishAsync();
                return;
            }

            await _signal.WaitAsync();
        }
    }

    private void PostControl(FrameKind kind, int? argument)
    {
        lock (_control)
        {
            int start = _control.BeginFrame();
            var writer = new MessagePackWriter(_control);
            writer.WriteArrayHeader(argument is null ? 1 : 2);
            writer.Write((int)kind);
            if (argument is { } value)
            {
                writer.Write(value);
            }

            writer.Flush();
            _control.EndFrame(start);
        }

        Wake();
    }

    /// <summary>Writes what there is to write, without flushing.</summary>
    /// <returns>Whether there was anything.</returns>
    private bool Fill()
    {
        int bytes = FillControl();
        if (_endpoint.Outbox.TakeFrames() is { } batch)
        {
            _output.Write(batch.Frames.Written);
            bytes += batch.Frames.Length;
        }

        for (int i = 0; i < ChunksPerTurn && TryFillChunk(out int chunk); i++)
        {
            bytes += chunk;
        }

        _endpoint.CountSent(bytes);
        return bytes > 0;
    }

    private int FillControl()
    {
        lock (_control)
        {
            int bytes = _control.Length;
            if (bytes > 0)
            {
                _output.Write(_control.Written);
                _control.Truncate(0);
            }

            return bytes;
        }
    }

    private bool TryFillChunk(out int bytes)
    {
        bytes = 0;
        int credit = Volatile.Read(ref _credit);
        if (credit <= 0 || _endpoint.Outbox.PeekBulk(mayBegin: _openStreams < _limits.MaxStreams) is not { } message)
        {
            return false;
        }

        if (message.StreamId == 0)
        {
            message.StreamId = ++_streamId;
            _openStreams++;
            bytes += WriteStreamBegin(message);
        }

        ReadOnlySpan<byte> chunk = message.Unsent[..Math.Min(message.Unsent.Length, Math.Min(credit, _limits.ChunkBytes))];
        bytes += WriteChunk(message.StreamId, chunk);
        message.Sent += chunk.Length;
        Interlocked.Add(ref _credit, -chunk.Length);
        _openStreams -= message.Sent == message.Length ? 1 : 0;
        _endpoint.Outbox.EndBulkTurn(message);
        return true;
    }

    private int WriteStreamBegin(BulkMessage message)
    {
        int start = _head.BeginFrame();
        var writer = new MessagePackWriter(_head);
        MessageFrame.Write(ref writer, FrameKind.StreamBegin, message.Target.WirePath, message.Envelope, message.TypeId, further: 2);
        writer.Write(message.StreamId);
        writer.Write(message.Length);
        writer.Flush();
        _head.EndFrame(start);
        return WriteHead();
    }

    /// <summary>Writes the frame's head into a buffer and its bytes straight behind it, so that bulk is copied once on its way to the connection.</summary>
    private int WriteChunk(int streamId, ReadOnlySpan<byte> chunk)
    {
        int start = _head.BeginFrame();
        var writer = new MessagePackWriter(_head);
        writer.WriteArrayHeader(3);
        writer.Write((int)FrameKind.Chunk);
        writer.Write(streamId);
        writer.WriteBinaryHeader(chunk.Length);
        writer.Flush();
        _head.EndFrame(start, behind: chunk.Length);
        int bytes = WriteHead() + chunk.Length;
        _output.Write(chunk);
        return bytes;
    }

    private int WriteHead()
    {
        int bytes = _head.Length;
        _output.Write(_head.Written);
        _head.Truncate(0);
        return bytes;
    }
}
