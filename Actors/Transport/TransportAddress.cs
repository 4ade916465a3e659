using System.Globalization;
using System.Net;

namespace FedActors.Actors.Transport;

/// <summary>Where a node listens.</summary>
/// <param name="Host">A host name or an IP address, without brackets.</param>
/// <param name="Port">0 to 65535; 0 asks a listener for any free port.</param>
public sealed record TransportAddress(string Host, int Port)
{
    /// <summary>Reads <c>host:port</c>; an IPv6 address stands in brackets.</summary>
    /// <exception cref="FormatException">The text is no address; the message says what is wrong.</exception>
    public static TransportAddress Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int colon = text.LastIndexOf(':');
        if (colon <= 0)
        {
            throw new FormatException($"'{text}' is no address: write host:port, such as 10.0.0.2:5001.");
        }

        string host = text[..colon];
        if (host.StartsWith('[') && host.EndsWith(']'))
        {
            host = host[1..^1];
        }
        else if (host.Contains(':'))
        {
            throw new FormatException($"'{text}' is no address: put the IPv6 address in brackets, such as [::1]:5001.");
        }

        if (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port > IPEndPoint.MaxPort)
        {
            throw new FormatException($"'{text}' is no address: the port is a number from 0 to {IPEndPoint.MaxPort}.");
        }

        return new TransportAddress(host, port);
    }

    /// <inheritdoc/>
    public override string ToString() => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
