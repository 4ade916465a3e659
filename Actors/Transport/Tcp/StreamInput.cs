using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using FedActors.Actors.Transport.Tls;

namespace FedActors.Actors.Transport.Tcp;

/// <summary>Reads a stream into one buffer, so that what has arrived always lies in one piece.</summary>
/// <remarks>
/// It reads when it is asked to: no loop between, so no hop from thread to thread, and a reader that does not read leaves bytes in the
/// socket, which is the back-pressure that the sender feels. What is left over from one read moves to the front before the next.
/// The buffer follows what comes: a read that fills it makes it larger, many small ones make it smaller again, so that ten thousand
/// nodes which once said much do not hold a large one each for ever.
/// What is known to belong elsewhere is put there, past the buffer. The read after that brings a frame's head and little of what
/// follows, which can then be put in its place, too.
/// </remarks>
/// <param name="stream">Where it comes from.</param>
/// <param name="ahead">Where TLS has its records from, or null if that is not TLS. It gives one for each read, and all that are here are read together.</param>
internal sealed class StreamInput(Stream stream, ReadAheadStream? ahead = null) : PipeReader, IDirectInput
{
    // Room for a few chunks of bulk in one read, and little enough to stay in a processor's cache until it is handled.
    private const int BufferBytes = 256 * 1024;

    // Until a read fills it: a stranger that says little, or a node that is idle, costs no more.
    private const int FirstBytes = 4 * 1024;

    // From one size to the next.
    private const int Growth = 4;

    // Reads in a row that a smaller buffer would have done for: a few heartbeats.
    private const int SmallReads = 8;

    // Reads are not made smaller than this; what is left over is less than a frame.
    private const int MinimumReadBytes = 16 * 1024;

    // What is read behind bytes that were put elsewhere: a head, and as much as costs little to copy.
    private const int HeadBytes = 4 * 1024;

    private byte[] _buffer = [];
    private Memory<byte> _destination;
    private int _placed;
    private bool _headNext;
    private int _start;
    private int _end;
    private bool _examined = true;
    private bool _completed;
    private bool _filled;
    private int _smallReads;
    private volatile bool _reading;

    /// <summary>Bytes of memory that it holds now.</summary>
    public int HeldBytes => _buffer.Length;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (_examined && !_completed)
        {
            bool places = _start == _end && _destination.Length > 0;
            bool isHead = _headNext && !places;
            Memory<byte> room = places ? _destination : MakeRoom();
            _reading = true;
            int read;
            try
            {
                read = await stream.ReadAsync(isHead && room.Length > HeadBytes ? room[..HeadBytes] : room, cancellationToken);
                for (int more = read; places && more > 0 && read < room.Length && ahead?.HoldsRecord == true; read += more)
                {
                    more = await stream.ReadAsync(room[read..], cancellationToken);
                }
            }
            catch (ObjectDisposedException e)
            {
                throw SocketFault.OnBrokenOff(e);
            }

            _reading = false;
            _headNext = places;
            _completed = read == 0;
            if (places)
            {
                _placed = read;
            }
            else
            {
                Show(read, isHead);
            }
        }

        _destination = default;
        return Result();
    }

    public void PlaceNext(Memory<byte> destination) => _destination = destination;

    public int TakePlaced()
    {
        int placed = _placed;
        _placed = 0;
        return placed;
    }

    public override bool TryRead(out ReadResult result)
    {
        result = Result();
        return !_examined || _completed;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        var shown = new ReadOnlySequence<byte>(_buffer, _start, _end - _start);
        _examined = shown.Slice(examined).IsEmpty;
        _start = _end - (int)shown.Slice(consumed).Length;
        if (_start == _end)
        {
            _start = _end = 0;
        }
    }

    public override void CancelPendingRead() => throw new NotSupportedException("Reads are cancelled by their token, or by breaking the connection.");

    public override void Complete(Exception? exception = null)
    {
        // A read that the end of the connection has not reached yet keeps its buffer, which is then lost to the pool.
        byte[] buffer = _reading ? [] : _buffer;
        _buffer = [];
        _start = _end = 0;
        _completed = true;
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Show(int read, bool isHead)
    {
        _end += read;
        _filled = _end == _buffer.Length;
        _examined = false;
        if (!isHead)
        {
            // One that was kept short says nothing about how much comes.
            _smallReads = _end <= _buffer.Length / Growth ? _smallReads + 1 : 0;
        }
    }

    private ReadResult Result() => new(new ReadOnlySequence<byte>(_buffer, _start, _end - _start), isCanceled: false, _completed);

    private Memory<byte> MakeRoom()
    {
        if (_buffer.Length == 0)
        {
            _buffer = ArrayPool<byte>.Shared.Rent(FirstBytes);
        }

        int left = _end - _start;
        int size = SizeFor(left);
        if (size == _buffer.Length && (_start == 0 || !NeedsRoom))
        {
            return _buffer.AsMemory(_end);
        }

        byte[] next = size == _buffer.Length ? _buffer : ArrayPool<byte>.Shared.Rent(size);
        _buffer.AsSpan(_start, left).CopyTo(next);
        if (next != _buffer)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = next;
            _smallReads = 0;
        }

        _start = 0;
        _end = left;
        return _buffer.AsMemory(_end);
    }

    /// <summary>Whether what is left must move to the front, or out of a buffer that is too small.</summary>
    private bool NeedsRoom => _buffer.Length < BufferBytes ? _filled : _buffer.Length - _end < MinimumReadBytes;

    private int SizeFor(int left)
    {
        if (_smallReads >= SmallReads && left == 0 && _buffer.Length > FirstBytes)
        {
            return Math.Max(FirstBytes, _buffer.Length / Growth);
        }

        if (!NeedsRoom)
        {
            return _buffer.Length;
        }

        // The largest is left for a larger one only by a frame that does not fit.
        return _buffer.Length < BufferBytes ? Math.Min(BufferBytes, Growth * _buffer.Length)
            : _buffer.Length - left >= MinimumReadBytes ? _buffer.Length
            : 2 * _buffer.Length;
    }
}
