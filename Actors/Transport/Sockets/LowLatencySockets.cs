using System.Net;
using System.Net.Sockets;
using FedActors.Actors.Transport.Tcp;
using Microsoft.Extensions.Logging;

namespace FedActors.Actors.Transport.Sockets;

/// <summary>Makes sockets that a reactor waits for.</summary>
internal sealed class LowLatencySockets(TimeProvider time, ILogger log)
{
    /// <summary>Waits for them.</summary>
    public SocketReactor Reactor { get; } = new(time, new SocketLog(log));

    /// <summary>Takes a socket that is connected, or listens, and was never used asynchronously.</summary>
    public PolledSocket Take(Socket socket)
    {
        var polled = new PolledSocket(Reactor, socket, time);
        try
        {
            polled.Watch();
            return polled;
        }
        catch
        {
            polled.Close();
            throw;
        }
    }

    /// <summary>Connects to the first of a host's addresses that takes the connection.</summary>
    /// <exception cref="SocketException">None does: why the last of them does not.</exception>
    public async ValueTask<PolledSocket> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        IPAddress[] addresses = IPAddress.TryParse(host, out IPAddress? address) ? [address] : await Dns.GetHostAddressesAsync(host, cancellationToken);
        var refusal = new SocketException((int)SocketError.HostNotFound);
        foreach (IPAddress candidate in addresses)
        {
            Socket? socket = null;
            PolledSocket? polled = null;
            try
            {
                socket = new Socket(candidate.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                SocketPacing.TurnOffWithinMachine(socket, host);
                polled = new PolledSocket(Reactor, socket, time);
                await polled.ConnectAsync(new IPEndPoint(candidate, port), cancellationToken);
                return polled;
            }
            catch (SocketException e)
            {
                Close(polled, socket);
                refusal = e;
            }
            catch
            {
                Close(polled, socket);
                throw;
            }
        }

        throw refusal;
    }

    private static void Close(PolledSocket? polled, Socket? socket)
    {
        polled?.Close();
        socket?.Dispose();
    }
}
