using System.Net;
using System.Net.Sockets;

namespace FedActors.Scripts.Measuring.Hostile;

/// <summary>The ports on loopback that are attacked.</summary>
/// <param name="Plain">One without TLS.</param>
/// <param name="Secure">One with TLS.</param>
internal sealed record AttackTargets(int Plain, int Secure)
{
    // A node may bound what one address does; attackers have many. A slow listener knows all of these by the time at which an attack is measured.
    private const int Hosts = 100;

    /// <summary>Connects from one of many addresses.</summary>
    public async Task<Socket> ConnectAsync(bool secure, int host, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (OperatingSystem.IsLinux())
            {
                // Only there is all of 127.0.0.0/8 this machine.
                socket.Bind(new IPEndPoint(new IPAddress([127, 0, 1, (byte)(1 + (host % Hosts))]), 0));
            }

            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, secure ? Secure : Plain), cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
