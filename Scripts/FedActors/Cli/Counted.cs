using System.Globalization;

namespace FedActors.Scripts.Cli;

/// <summary>A number with the word for what is counted, in the singular or the plural.</summary>
internal static class Counted
{
    /// <summary>For instance "1 peer" and "1,200 peers".</summary>
    public static string Of(long count, string one) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {one}{(count == 1 ? string.Empty : "s")}");
}
