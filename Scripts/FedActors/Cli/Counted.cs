using System.Globalization;

namespace FedActors.Scripts.Cli;

/// <summary>A number with the word for what is counted, in the singular or the plural.</summary>
internal static class Counted
{
    /// <summary>For instance "1 peer" and "1,200 peers".</summary>
    /// <param name="count">How many.</param>
    /// <param name="one">The word for one.</param>
    /// <param name="many">The word for more, if that is not the one with an s.</param>
    public static string Of(long count, string one, string? many = null) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? one : many ?? one + "s")}");
}
