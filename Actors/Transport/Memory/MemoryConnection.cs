using System.IO.Pipelines;

namespace FedActors.Actors.Transport.Memory;

/// <summary>One end of two pipes.</summary>
internal sealed class MemoryConnection : ITransportConnection
{
    // As much as a socket's buffers: a sender runs that far ahead of a reader that does not read.
    private const int BufferBytes = 256 * 1024;

    private readonly MemoryLink _link;
    private readonly Pipe _incoming;
    private readonly Pipe _outgoing;

    private MemoryConnection(MemoryLink link, Pipe incoming, Pipe outgoing, string remoteAddress)
    {
        _link = link;
        _incoming = incoming;
        _outgoing = outgoing;
        Input = new LinkReader(link, incoming.Reader);
        Output = new LinkWriter(link, outgoing.Writer);
        RemoteAddress = remoteAddress;
    }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    public string RemoteAddress { get; }

    public string Origin => "memory";

    public PeerIdentity? Peer => null;

    public static (MemoryConnection Dialled, MemoryConnection Accepted) Pair(string listener, string dialer)
    {
        var options = new PipeOptions(pauseWriterThreshold: BufferBytes, resumeWriterThreshold: BufferBytes / 2, useSynchronizationContext: false);
        var there = new Pipe(options);
        var back = new Pipe(options);
        var link = new MemoryLink(there, back);
        return (new MemoryConnection(link, back, there, listener), new MemoryConnection(link, there, back, dialer));
    }

    public ValueTask OpenAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public ValueTask FinishAsync() => _outgoing.Writer.CompleteAsync();

    public void Abort() => _link.Break();

    public async ValueTask DisposeAsync()
    {
        // The other end reads what was flushed and then sees the end, or is stopped in its writing.
        await _outgoing.Writer.CompleteAsync();
        await _incoming.Reader.CompleteAsync();
    }
}
