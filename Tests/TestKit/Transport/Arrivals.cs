namespace FedActors.Tests.TestKit.Transport;

/// <summary>Bytes that arrive in pieces of given sizes, each as a read of its own or more.</summary>
internal sealed class Arrivals(IReadOnlyList<int> sizes) : Stream
{
    private long _position;
    private int _piece;
    private int _within;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Reads so far.</summary>
    public int Reads { get; private set; }

    /// <summary>The byte at a place.</summary>
    public static byte At(long position) => (byte)(position * 31 % 251);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Reads++;
        if (_piece == sizes.Count)
        {
            return ValueTask.FromResult(0);
        }

        int count = Math.Min(buffer.Length, sizes[_piece] - _within);
        for (int i = 0; i < count; i++)
        {
            buffer.Span[i] = At(_position++);
        }

        _within += count;
        if (_within == sizes[_piece])
        {
            _piece++;
            _within = 0;
        }

        return ValueTask.FromResult(count);
    }

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
