using System.Text;

namespace FedActors.FL.Protocol;

/// <summary>Prepares texts whose origin is unknown, such as failures', for the wire.</summary>
internal static class WireText
{
    private const string Ellipsis = " ...";

    /// <summary>Cuts a text to <see cref="WireLimits.MaxTextLength"/> and replaces half surrogate pairs, which have no UTF-8.</summary>
    public static string Clip(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string clipped = text.Length <= WireLimits.MaxTextLength
            ? text
            : string.Concat(text.AsSpan(0, WireLimits.MaxTextLength - Ellipsis.Length), Ellipsis);
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(clipped));
    }
}
