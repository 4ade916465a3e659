namespace FedActors.Tests.TestKit.Hostile;

/// <summary>How much is thrown at the node: some seconds' worth in every test run, as much as wished by one variable.</summary>
/// <remarks>
/// <c>FEDACTORS_HOSTILE</c> is the number of malformed frames for the codec; a live listener gets a tenth of them.
/// <c>FEDACTORS_SEED</c> chooses which. The long form is
/// <c>FEDACTORS_HOSTILE=1000000 dotnet test --filter Hostile --logger "console;verbosity=detailed"</c>, which also prints what was seen.
/// </remarks>
internal static class HostileScale
{
    /// <summary>Malformed frames for the codec.</summary>
    public static int Frames { get; } = int.Parse(Environment.GetEnvironmentVariable("FEDACTORS_HOSTILE") ?? "20000");

    /// <summary>Attacks on a live listener, each on a connection of its own.</summary>
    public static int Attacks => Frames / 10;

    /// <summary>Whether this is the long form, which takes minutes and measures.</summary>
    public static bool IsLong => Frames >= 100_000;

    public static ulong Seed { get; } = ulong.Parse(Environment.GetEnvironmentVariable("FEDACTORS_SEED") ?? "1");
}
