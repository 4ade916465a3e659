using System.IO.Pipelines;

namespace FedActors.Actors.Transport;

/// <summary>A stream of bytes in each direction.</summary>
/// <remarks>
/// One reader and one writer at a time. A broken connection ends a pending read or flush with an <see cref="IOException"/>.
/// <see cref="IAsyncDisposable.DisposeAsync"/> closes at once; bytes under way may be lost.
/// </remarks>
public interface ITransportConnection : IAsyncDisposable
{
    /// <summary>Bytes that arrive.</summary>
    PipeReader Input { get; }

    /// <summary>Bytes to send.</summary>
    PipeWriter Output { get; }

    /// <summary>The other end, for logs.</summary>
    string RemoteAddress { get; }

    /// <summary>Where an accepted connection comes from, as far as dialers can be told apart by what costs them something: over TCP an IPv4 address or a network of IPv6, over other transports what they have. Proves nothing, and many may share it.</summary>
    string Origin { get; }

    /// <summary>Who the other end has proved to be, or null if the transport proves nothing.</summary>
    PeerIdentity? Peer { get; }

    /// <summary>Agrees with the other end on what the transport needs before bytes can flow, such as TLS. Needed once, on accepted connections.</summary>
    /// <param name="cancellationToken">Gives up; bounds how long a silent peer can hold the connection.</param>
    /// <exception cref="TransportException">No agreement; the fault says why.</exception>
    ValueTask OpenAsync(CancellationToken cancellationToken = default);

    /// <summary>Sends what is left and then the end: the other side reads everything and then sees its input completed.</summary>
    ValueTask FinishAsync();

    /// <summary>Breaks the connection from any thread. Both ends notice.</summary>
    void Abort();
}
