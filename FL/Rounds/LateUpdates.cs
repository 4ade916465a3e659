namespace FedActors.FL.Rounds;

/// <summary>What may become of an update that comes after its round.</summary>
public static class LateUpdates
{
    /// <summary>It is refused, and its worker is asked anew.</summary>
    public const string Drop = "drop";

    /// <summary>It counts in the round in progress when it comes; its worker is not asked before.</summary>
    public const string Keep = "keep";

    /// <summary>The same, for less: by the staleness weight.</summary>
    public const string Weigh = "weigh";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Drop, Keep, Weigh];
}
