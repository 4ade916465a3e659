using FedActors.Actors.Transport.Tls;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace FedActors.Actors.Transport.Tcp;

/// <summary>What a <see cref="TcpTransport"/> is made of.</summary>
public sealed record TcpTransportOptions
{
    private readonly bool _lowLatency;

    /// <summary>TLS, or null for plain TCP.</summary>
    public TlsOptions? Tls { get; init; }

    /// <summary>Connections that the operating system holds while none is accepted. A federation that starts at once dials in one burst.</summary>
    public int Backlog { get; init; } = 512;

    /// <summary>
    /// Small messages that come often are handled on the thread that waits for the sockets: questions take two thirds of the time, and
    /// half as many again are answered. That thread then looks for more for a moment before it sleeps, which takes a part of a core while a
    /// conversation lasts. Off, as it is unless it is asked for, sockets are .NET's to wait for. Needs Linux; the other side need not have it.
    /// </summary>
    /// <exception cref="PlatformNotSupportedException">It is turned on elsewhere than on Linux.</exception>
    public bool LowLatency
    {
        get => _lowLatency;
        init => _lowLatency = !value || OperatingSystem.IsLinux()
            ? value
            : throw new PlatformNotSupportedException($"{nameof(TcpTransportOptions)}.{nameof(LowLatency)} needs Linux, whose epoll it waits with: leave it off here.");
    }

    /// <summary>The clock by which certificates are valid.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where a relaxed check is logged.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;
}
