using System.Net;
using System.Net.Sockets;

namespace FedActors.Actors.Transport.Tcp;

/// <summary>Where a connection comes from, without its port.</summary>
internal static class SocketOrigin
{
    // Whoever has one IPv6 address has as many as the lower half can tell apart.
    private const int NetworkBytes = 8;
    private const int AddressBytes = 16;

    /// <summary>An IPv4 address, also one that is written as IPv6, or the first half of an IPv6 address.</summary>
    public static string Of(EndPoint? end)
    {
        if (end is not IPEndPoint { Address: var address })
        {
            return $"{end}";
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return $"{address.MapToIPv4()}";
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return $"{address}";
        }

        Span<byte> bytes = stackalloc byte[AddressBytes];
        address.TryWriteBytes(bytes, out _);
        bytes[NetworkBytes..].Clear();
        return $"{new IPAddress(bytes)}/{NetworkBytes * 8}";
    }
}
