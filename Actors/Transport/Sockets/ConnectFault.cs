using System.Net.Sockets;

namespace FedActors.Actors.Transport.Sockets;

/// <summary>What .NET calls the numbers with which Linux refuses to connect at once.</summary>
internal static class ConnectFault
{
    public static SocketError Of(int errno) => errno switch
    {
        1 or 13 => SocketError.AccessDenied,
        97 => SocketError.AddressFamilyNotSupported,
        99 => SocketError.AddressNotAvailable,
        100 => SocketError.NetworkDown,
        101 => SocketError.NetworkUnreachable,
        110 => SocketError.TimedOut,
        111 => SocketError.ConnectionRefused,
        112 => SocketError.HostDown,
        113 => SocketError.HostUnreachable,
        _ => SocketError.SocketError,
    };
}
