using System.Net;
using System.Net.Sockets;
using FedActors.Actors.Transport.Tcp;
using FedActors.Actors.Transport.Tls;

namespace FedActors.Actors.Transport.Sockets;

/// <summary>A listening socket that the reactor waits for, as for those that it accepts.</summary>
internal sealed class PolledListener(LowLatencySockets sockets, PolledSocket listening, TransportAddress address, TlsHandshake? tls) : ITransportListener
{
    private volatile bool _disposed;

    public TransportAddress Address { get; } = address;

    public async ValueTask<ITransportConnection?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (!_disposed)
        {
            try
            {
                Socket accepted = await listening.AcceptAsync(cancellationToken);
                if (TryPrepare(accepted) is { } connection)
                {
                    return connection;
                }
            }
            catch (SocketException e) when (!_disposed && e.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
            {
                // The dialer gave up while it waited in the backlog; the next one may not.
            }
            catch (Exception e) when (_disposed && e is IOException or SocketException or ObjectDisposedException)
            {
                return null;
            }
        }

        return null;
    }

    public ValueTask DisposeAsync()
    {
        _disposed = true;
        listening.Close();
        return ValueTask.CompletedTask;
    }

    /// <summary>Null if the dialer has gone already.</summary>
    private SocketConnection? TryPrepare(Socket accepted)
    {
        try
        {
            accepted.NoDelay = true;
            EndPoint? from = accepted.RemoteEndPoint;
            return new SocketConnection(accepted, $"{from}", SocketOrigin.Of(from), tls, dialled: null, sockets.Take(accepted));
        }
        catch (SocketException)
        {
            accepted.Dispose();
            return null;
        }
    }
}
