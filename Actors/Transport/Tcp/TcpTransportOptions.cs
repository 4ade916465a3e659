using FedActors.Actors.Transport.Tls;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace FedActors.Actors.Transport.Tcp;

/// <summary>What a <see cref="TcpTransport"/> is made of.</summary>
public sealed record TcpTransportOptions
{
    /// <summary>TLS, or null for plain TCP.</summary>
    public TlsOptions? Tls { get; init; }

    /// <summary>Connections that the operating system holds while none is accepted. A federation that starts at once dials in one burst.</summary>
    public int Backlog { get; init; } = 512;

    /// <summary>The clock by which certificates are valid.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where a relaxed check is logged.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;
}
