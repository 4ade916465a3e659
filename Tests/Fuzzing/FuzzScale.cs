namespace FedActors.Tests.Fuzzing;

/// <summary>How much is tried: some seconds' worth in every test run, as much as wished by one variable.</summary>
/// <remarks>
/// <c>FEDACTORS_FUZZ</c> is the number of cases for each parser, <c>FEDACTORS_SEED</c> chooses which, and <c>FEDACTORS_FUZZ_CASE</c> runs
/// one of them alone. The long form is <c>FEDACTORS_FUZZ=1000000 dotnet test --filter FullyQualifiedName~Fuzzing</c>.
/// </remarks>
internal static class FuzzScale
{
    /// <summary>Cases for each parser.</summary>
    public static int Cases { get; } = int.Parse(Environment.GetEnvironmentVariable("FEDACTORS_FUZZ") ?? "4000");

    /// <summary>Decides which.</summary>
    public static ulong Seed { get; } = ulong.Parse(Environment.GetEnvironmentVariable("FEDACTORS_SEED") ?? "1");

    /// <summary>The one case to run, or null for all.</summary>
    public static int? OnlyCase { get; } = int.TryParse(Environment.GetEnvironmentVariable("FEDACTORS_FUZZ_CASE"), out int only) ? only : null;
}
