using System.Globalization;

namespace FedActors.Tests.Fuzzing;

/// <summary>How much is tried: some seconds' worth in every test run, as much as wished by one variable.</summary>
/// <remarks>
/// <c>FEDACTORS_FUZZ</c> is the number of cases for each parser, or <c>FEDACTORS_FUZZ_SECONDS</c> the time that all of them share;
/// <c>FEDACTORS_SEED</c> chooses which, and <c>FEDACTORS_FUZZ_CASE</c> runs one of them alone. The long form is
/// <c>FEDACTORS_FUZZ_SECONDS=3600 dotnet test --filter FullyQualifiedName~Fuzzing</c>.
/// </remarks>
internal static class FuzzScale
{
    private const int UsualCases = 4000;

    /// <summary>Cases for each parser, where no time is set.</summary>
    public static int Cases { get; } = int.Parse(Environment.GetEnvironmentVariable("FEDACTORS_FUZZ") ?? $"{UsualCases}", CultureInfo.InvariantCulture);

    /// <summary>The time that all parsers share, or null.</summary>
    public static TimeSpan? Time { get; } =
        double.TryParse(Environment.GetEnvironmentVariable("FEDACTORS_FUZZ_SECONDS"), CultureInfo.InvariantCulture, out double seconds) ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>Decides which.</summary>
    public static ulong Seed { get; } = ulong.Parse(Environment.GetEnvironmentVariable("FEDACTORS_SEED") ?? "1", CultureInfo.InvariantCulture);

    /// <summary>The one case to run, or null for all.</summary>
    public static int? OnlyCase { get; } = int.TryParse(Environment.GetEnvironmentVariable("FEDACTORS_FUZZ_CASE"), CultureInfo.InvariantCulture, out int only) ? only : null;

    /// <summary>The cases of a parser, as many as are asked for, or as long as its part of the time lasts.</summary>
    /// <param name="share">One case for so many of the usual.</param>
    public static IEnumerable<int> Numbers(int share)
    {
        if (OnlyCase is { } only)
        {
            yield return only;
            yield break;
        }

        // One part more is for whole sessions.
        int parts = ParserFuzzTests.Names.Count + 1;
        long began = TimeProvider.System.GetTimestamp();
        for (int number = 0; Time is { } time ? TimeProvider.System.GetElapsedTime(began) < time / parts : number < Math.Max(1, Cases / share); number++)
        {
            yield return number;
        }
    }
}
