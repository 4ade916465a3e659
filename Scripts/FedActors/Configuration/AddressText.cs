using System.Diagnostics.CodeAnalysis;
using System.Net;
using FedActors.Actors.Transport;

namespace FedActors.Scripts.Configuration;

/// <summary>Addresses as people write them: a host, with a port or without.</summary>
internal static class AddressText
{
    public static bool TryParse(string text, int defaultPort, [MaybeNullWhen(false)] out TransportAddress address)
    {
        address = null;
        string bare = text.StartsWith('[') && text.EndsWith(']') ? text[1..^1] : text;
        bool isIpv6 = !bare.Contains('[') && bare.Contains(':') && IPAddress.TryParse(bare, out _);
        if (isIpv6 || !bare.Contains(':'))
        {
            address = bare.Length > 0 && !bare.Any(char.IsWhiteSpace) ? new TransportAddress(bare, defaultPort) : null;
            return address is not null;
        }

        try
        {
            address = TransportAddress.Parse(text);
            return true;
        }
        catch (FormatException)
        {
            // The caller says what is allowed.
            return false;
        }
    }
}
