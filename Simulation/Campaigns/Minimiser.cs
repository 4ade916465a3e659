using FedActors.Simulation.Schedules;

namespace FedActors.Simulation.Campaigns;

/// <summary>Leaves faults out of a failing schedule as long as it fails in the same way.</summary>
/// <remarks>
/// Zeller and Hildebrandt 2002, section 3, without its complements: halves first, then quarters, down to single faults, until none can
/// be left out. A schedule has a dozen faults or so, so that this takes some dozen runs.
/// </remarks>
public static class Minimiser
{
    /// <summary>Makes a failing schedule smaller.</summary>
    /// <param name="simulator">Runs schedules.</param>
    /// <param name="failing">One with a violation.</param>
    /// <returns>One that breaks the same invariant, and passes without any one of its faults.</returns>
    /// <exception cref="ArgumentException">The schedule has no violation.</exception>
    public static ScheduleResult Minimise(ISimulator simulator, ScheduleResult failing)
    {
        ArgumentNullException.ThrowIfNull(simulator);
        ArgumentNullException.ThrowIfNull(failing);
        string invariant = failing.Violation?.Invariant ?? throw new ArgumentException("The schedule has no violation.", nameof(failing));
        ScheduleResult smallest = failing;
        int size = Math.Max(1, failing.Schedule.Faults.Count / 2);
        while (size >= 1)
        {
            bool left = false;
            for (int at = 0; at < smallest.Schedule.Faults.Count;)
            {
                Schedule smaller = smallest.Schedule with { Faults = Without(smallest.Schedule.Faults, at, size) };
                ScheduleResult result = simulator.Run(smaller);
                if (result.Violation?.Invariant == invariant)
                {
                    smallest = result;
                    left = true;
                }
                else
                {
                    at += size;
                }
            }

            // Single faults are tried again until none of them can go.
            size = size > 1 ? size / 2 : left ? 1 : 0;
        }

        return smallest;
    }

    private static Fault[] Without(IReadOnlyList<Fault> faults, int at, int count) => [.. faults.Take(at), .. faults.Skip(at + count)];
}
