namespace FedActors.Tests.Architecture;

/// <summary>The stated exceptions from the rules, each with its reason. A file here that no longer exists fails a test.</summary>
internal static class AllowedTo
{
    /// <summary>Files that may block on a task.</summary>
    public static IReadOnlyList<string> Block { get; } = [];

    /// <summary>Files that may catch every exception.</summary>
    public static IReadOnlyList<string> CatchEverything { get; } = [];
}
