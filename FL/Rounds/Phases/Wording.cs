using System.Globalization;

namespace FedActors.FL.Rounds;

/// <summary>Forms that texts for people share.</summary>
internal static class Wording
{
    // More names than this make a line that nobody reads.
    private const int MaxNames = 20;

    public static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture) + " s";

    public static string Names(IReadOnlyCollection<string> names) => names.Count switch
    {
        0 => "none",
        <= MaxNames => string.Join(", ", names),
        _ => $"{string.Join(", ", names.Take(MaxNames))} and {names.Count - MaxNames} more",
    };

    public static string Noun(MemberRole role) => role switch
    {
        MemberRole.Worker => "worker",
        MemberRole.Aggregator => "aggregator",
        _ => "evaluator",
    };
}
