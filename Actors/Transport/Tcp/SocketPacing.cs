using System.Net;
using System.Net.Sockets;

namespace FedActors.Actors.Transport.Tcp;

/// <summary>Keeps connections within one machine from being paced.</summary>
/// <remarks>
/// A system may use BBR for all connections: it sends as fast as it believes the path to be, by a timer. Between processes of one
/// machine there is no path to share, and one that has to wait for its reader now and then is taken for a slow one and stays so:
/// measured over loopback, 1.5 GB/s where others had 2.8. Connections to other machines are the system's to decide.
/// </remarks>
internal static class SocketPacing
{
    /// <summary>The option that names how a connection is paced: TCP_CONGESTION, as Linux numbers it.</summary>
    public const int CongestionControl = 13;

    /// <summary>To be called before the socket connects or listens, since a connection that has begun so stays paced.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="host">Where it is to connect or to listen.</param>
    public static void TurnOffWithinMachine(Socket socket, string host)
    {
        bool isWithin = host == "localhost" || (IPAddress.TryParse(host, out IPAddress? address) && IPAddress.IsLoopback(address));
        if (!isWithin || !OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, CongestionControl, "reno"u8);
        }
        catch (SocketException)
        {
            // The system lets programs choose no other: its own serves, too.
        }
    }
}
