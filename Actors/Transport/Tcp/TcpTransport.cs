using System.Net;
using System.Net.Sockets;
using FedActors.Actors.Transport.Sockets;
using FedActors.Actors.Transport.Tls;
using Microsoft.Extensions.Logging;

namespace FedActors.Actors.Transport.Tcp;

/// <summary>TCP, with TLS if the options say so.</summary>
public sealed class TcpTransport : ITransport
{
    private readonly TcpTransportOptions _options;
    private readonly TlsHandshake? _tls;

    // Null where .NET waits for the sockets.
    private readonly LowLatencySockets? _sockets;

    /// <summary>Creates the transport. Checks that the TLS options relax are logged here, as warnings.</summary>
    public TcpTransport(TcpTransportOptions? options = null)
    {
        _options = options ?? new TcpTransportOptions();
        if (_options.Tls is { } tls)
        {
            ILogger log = _options.LoggerFactory.CreateLogger("FedActors.Actors.Tls");
            _tls = new TlsHandshake(tls, _options.Time);
            TlsLog.Relaxations(log, tls);
        }

        if (_options.LowLatency)
        {
            _sockets = new LowLatencySockets(TimeProvider.System, _options.LoggerFactory.CreateLogger("FedActors.Actors.Sockets"));
        }
    }

    /// <inheritdoc/>
    public string Name => _tls is null ? "tcp" : "tls";

    /// <inheritdoc/>
    /// <remarks>Measured, plain and with TLS: more of it moves no more bytes, and a first small message waits behind it for about two milliseconds at most.</remarks>
    public int BulkWindowBytes => 2 * 1024 * 1024;

    /// <inheritdoc/>
    public async ValueTask<ITransportListener> ListenAsync(TransportAddress address, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        Socket? socket = null;
        try
        {
            IPAddress ip = await ResolveAsync(address.Host, cancellationToken);
            socket = new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            SocketPacing.TurnOffWithinMachine(socket, $"{ip}");
            socket.Bind(new IPEndPoint(ip, address.Port));
            socket.Listen(_options.Backlog);
            int port = ((IPEndPoint)socket.LocalEndPoint!).Port;
            TransportAddress own = address with { Port = port };
            return _sockets is null ? new TcpTransportListener(socket, own, _tls) : new PolledListener(_sockets, _sockets.Take(socket), own, _tls);
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            throw SocketFault.OnListen(address, e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ITransportConnection> ConnectAsync(TransportAddress address, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (_sockets is not null)
        {
            return await ConnectAsync(_sockets, address, cancellationToken);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        SocketPacing.TurnOffWithinMachine(socket, address.Host);
        try
        {
            await socket.ConnectAsync(address.Host, address.Port, cancellationToken);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw SocketFault.OnConnect(address, e);
        }
        catch (OperationCanceledException)
        {
            socket.Dispose();
            throw;
        }

        var connection = new SocketConnection(socket, address.ToString(), address.Host, _tls, dialled: address);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    private async ValueTask<ITransportConnection> ConnectAsync(LowLatencySockets sockets, TransportAddress address, CancellationToken cancellationToken)
    {
        PolledSocket polled;
        try
        {
            polled = await sockets.ConnectAsync(address.Host, address.Port, cancellationToken);
        }
        catch (SocketException e)
        {
            throw SocketFault.OnConnect(address, e);
        }

        var connection = new SocketConnection(polled.Socket, address.ToString(), address.Host, _tls, dialled: address, polled);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    private static async ValueTask<IPAddress> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out IPAddress? ip))
        {
            return ip;
        }

        IPAddress[] found = await Dns.GetHostAddressesAsync(host, cancellationToken);

        // A name such as localhost has two addresses; the older protocol is what a dialer of any kind reaches.
        return found.FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork) ?? found.FirstOrDefault()
            ?? throw new SocketException((int)SocketError.HostNotFound);
    }
}
