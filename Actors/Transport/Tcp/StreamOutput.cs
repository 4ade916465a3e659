using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using FedActors.Actors.Transport.Tls;

namespace FedActors.Actors.Transport.Tcp;

/// <summary>Gathers what is written in one buffer, and hands it to a stream in one piece at a flush, or around what it refers to in a few.</summary>
/// <remarks>
/// The buffer is pooled, and held only from a write to the end of its flush: a connection on which nothing is said costs none.
/// TLS cuts each piece into records and sends each by itself. What would make a short one is therefore copied together with what comes
/// next, so that all records of a flush but the last are full.
/// </remarks>
/// <param name="stream">Where it goes.</param>
/// <param name="encrypts">Whether that is TLS.</param>
/// <param name="records">Where TLS puts its records, or null if each may go by itself.</param>
/// <param name="cork">Keeps the pieces of a flush together, or null if they make no packets.</param>
internal sealed class StreamOutput(Stream stream, bool encrypts, GatheringStream? records = null, SocketCork? cork = null) : PipeWriter, IDirectOutput
{
    // The most that a record of TLS has. A short one costs nearly as much to send and to receive.
    private const int RecordBytes = 16 * 1024;

    // Copied bytes beyond which a flush should grow no further: they are held until the other side has taken them.
    private const int MostHeldBytes = 128 * 1024;

    // A few small frames; whoever writes more says so beforehand.
    private const int MinimumBytes = 4 * 1024;

    // Memory that is sent from where it lies, each with the number of the buffer's bytes that go before it. A flush goes through them while it waits: nobody adds or clears meanwhile.
    private readonly List<(int End, ReadOnlyMemory<byte> Bytes)> _referred = [];

    private byte[] _buffer = [];
    private int _length;
    private int _referredLength;
    private volatile bool _flushing;

    /// <remarks>With TLS all of it is held, encrypted, and more at once gains nothing.</remarks>
    public bool TakesMore => !encrypts && _length < MostHeldBytes;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        MakeRoom(sizeHint);
        return _buffer.AsMemory(_length);
    }

    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        MakeRoom(sizeHint);
        return _buffer.AsSpan(_length);
    }

    public override void Advance(int bytes) => _length += bytes;

    public void Refer(ReadOnlyMemory<byte> bytes)
    {
        (int before, int after) = encrypts ? BesideRecords(bytes.Length) : (0, 0);
        Copy(bytes.Span[..before]);
        if (before + after < bytes.Length)
        {
            _referred.Add((_length, bytes[before..^after]));
            _referredLength += bytes.Length - before - after;
        }

        Copy(bytes.Span[^after..]);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_length > 0 || _referred.Count > 0)
        {
            _flushing = true;
            try
            {
                int written = 0;
                GatheringStream? gathering = _length + _referredLength > RecordBytes ? records : null;
                gathering?.Gather(_length + _referredLength);
                SocketCork? corked = _referred.Count > 0 && _length + _referred.Count > 1 ? cork : null;
                corked?.Hold();
                foreach ((int end, ReadOnlyMemory<byte> bytes) in _referred)
                {
                    if (end > written)
                    {
                        await stream.WriteAsync(_buffer.AsMemory(written, end - written), cancellationToken);
                        written = end;
                    }

                    await stream.WriteAsync(bytes, cancellationToken);
                }

                if (_length > written)
                {
                    await stream.WriteAsync(_buffer.AsMemory(written, _length - written), cancellationToken);
                }

                corked?.Release();
                if (gathering is not null)
                {
                    await gathering.SendAsync(cancellationToken);
                }
            }
            catch (ObjectDisposedException e)
            {
                throw SocketFault.OnBrokenOff(e);
            }

            _flushing = false;
            Release();
        }

        return default;
    }

    public override void CancelPendingFlush() => throw new NotSupportedException("Flushes are cancelled by their token, or by breaking the connection.");

    public override void Complete(Exception? exception = null)
    {
        // A flush that the end of the connection has not reached yet keeps its buffer, which is then lost to the pool.
        if (!_flushing)
        {
            Release();
        }
    }

    /// <summary>How many of the next bytes make the last record full that has begun, and how many are left over behind full ones.</summary>
    private (int Before, int After) BesideRecords(int bytes)
    {
        int begun = (_length - (_referred.Count > 0 ? _referred[^1].End : 0)) % RecordBytes;
        int before = begun > 0 ? Math.Min(bytes, RecordBytes - begun) : 0;
        return (before, (bytes - before) % RecordBytes);
    }

    private void Copy(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        _length += bytes.Length;
    }

    private void Release()
    {
        byte[] buffer = _buffer;
        _buffer = [];
        _length = 0;
        _referredLength = 0;
        _referred.Clear();
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void MakeRoom(int sizeHint)
    {
        int needed = Math.Max(sizeHint, 1);
        if (_buffer.Length - _length >= needed)
        {
            return;
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(MinimumBytes, Math.Max(2 * _buffer.Length, checked(_length + needed))));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = larger;
    }
}
