using System.Globalization;

namespace FedActors.Tests.TestKit.Processes;

/// <summary>What goes wrong with real processes, one thing after another, as one seed decides.</summary>
/// <remarks>
/// <c>FEDACTORS_CHAOS</c> and <c>FEDACTORS_CHAOS_SEED</c> set how many faults and which; CI has another seed for each commit. The long form, in both modes, is
/// <c>FEDACTORS_CHAOS=100 dotnet test --filter FullyQualifiedName~Chaos</c>.
/// </remarks>
internal static class ChaosPlan
{
    /// <summary>Decides which.</summary>
    public static ulong Seed => ulong.Parse(Environment.GetEnvironmentVariable("FEDACTORS_CHAOS_SEED") ?? "1", CultureInfo.InvariantCulture);

    /// <summary>As many as are asked for, or so many.</summary>
    public static int CountOr(int usual) => int.Parse(Environment.GetEnvironmentVariable("FEDACTORS_CHAOS") ?? $"{usual}", CultureInfo.InvariantCulture);

    /// <summary>Every kind in turn, in an order that is drawn anew for each turn.</summary>
    /// <param name="kinds">What can go wrong here.</param>
    /// <param name="count">How many faults.</param>
    /// <param name="chance">Decides.</param>
    public static TKind[] Draw<TKind>(IReadOnlyCollection<TKind> kinds, int count, SplitMix chance)
    {
        List<TKind> plan = [];
        while (plan.Count < count)
        {
            List<TKind> turn = [.. kinds];
            while (turn.Count > 0)
            {
                int next = chance.Next(turn.Count);
                plan.Add(turn[next]);
                turn.RemoveAt(next);
            }
        }

        return [.. plan.Take(count)];
    }
}
