using System.Net.Sockets;

namespace FedActors.Actors.Transport.Tcp;

/// <summary>Says in words what the operating system says in numbers.</summary>
internal static class SocketFault
{
    public static TransportException OnListen(TransportAddress address, SocketException cause) => cause.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => new(
            TransportFault.AddressInUse,
            $"Port {address.Port} on {address.Host} is in use: stop what listens there, or choose another port (0 takes a free one).",
            cause),
        SocketError.AccessDenied => new(
            TransportFault.AccessDenied,
            $"This user may not listen on port {address.Port} on {address.Host}: choose a port from 1024 up.",
            cause),
        SocketError.AddressNotAvailable => new(
            TransportFault.InvalidAddress,
            $"{address.Host} is no address of this machine: listen on one that is, or on 0.0.0.0 for all.",
            cause),
        _ => Unresolved(address, cause) ?? new(TransportFault.InvalidAddress, $"Cannot listen on {address}: {cause.Message}.", cause),
    };

    public static TransportException OnConnect(TransportAddress address, SocketException cause) => cause.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => new(
            TransportFault.Refused, $"Nobody listens on {address}: start the node there, or correct the address.", cause),
        SocketError.TimedOut or SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown or SocketError.NetworkDown => new(
            TransportFault.Unreachable, $"{address} cannot be reached ({cause.Message}): check the network and any firewall between.", cause),
        _ => Unresolved(address, cause) ?? new(TransportFault.Broken, $"Connecting to {address} failed: {cause.Message}.", cause),
    };

    /// <summary>A socket that was closed before it was read or written is as broken as one that was closed meanwhile, and no mistake of the caller's.</summary>
    public static IOException OnBrokenOff(ObjectDisposedException cause) => new("The connection was broken off.", cause);

    private static TransportException? Unresolved(TransportAddress address, SocketException cause) =>
        cause.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain
            ? new(TransportFault.InvalidAddress, $"The host name '{address.Host}' does not resolve: correct it, or use an IP address.", cause)
            : null;
}
