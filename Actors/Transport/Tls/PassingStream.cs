namespace FedActors.Actors.Transport.Tls;

/// <summary>What TLS demands of a stream beneath it: all passes on to the network and back. Who derives from it holds up what it is there for.</summary>
/// <remarks>It does not own the connection.</remarks>
internal abstract class PassingStream(Stream network) : Stream
{
    public sealed override bool CanRead => true;

    public sealed override bool CanWrite => true;

    public sealed override bool CanSeek => false;

    public sealed override long Length => throw new NotSupportedException();

    public sealed override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    protected Stream Network { get; } = network;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => Network.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => Network.WriteAsync(buffer, cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => Network.Read(buffer, offset, count);

    public override void Write(byte[] buffer, int offset, int count) => Network.Write(buffer, offset, count);

    public sealed override void Flush() => Network.Flush();

    public sealed override Task FlushAsync(CancellationToken cancellationToken) => Network.FlushAsync(cancellationToken);

    public sealed override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public sealed override void SetLength(long value) => throw new NotSupportedException();
}
