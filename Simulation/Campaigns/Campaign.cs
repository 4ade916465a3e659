using FedActors.Simulation.Coordinated;

namespace FedActors.Simulation.Campaigns;

/// <summary>Many schedules, one after another, each from the seed after the one before.</summary>
/// <param name="simulator">Runs them.</param>
/// <param name="firstSeed">Of the first schedule.</param>
/// <param name="schedules">How many.</param>
public sealed class Campaign(CoordinatedSimulator simulator, ulong firstSeed, int schedules)
{
    /// <summary>Failures after which a campaign ends early; the first few tell as much as all.</summary>
    public int MaxFailures { get; init; } = 10;

    /// <summary>Told of each schedule when it has run.</summary>
    public Action<ScheduleResult>? Ran { get; init; }

    /// <summary>Runs the campaign.</summary>
    /// <param name="cancellationToken">Ends it after the schedule that is running.</param>
    public CampaignReport Run(CancellationToken cancellationToken = default)
    {
        var coverage = new Coverage();
        List<ScheduleResult> failures = [];
        TimeSpan time = TimeSpan.Zero;
        (int ran, long steps, long rounds) = (0, 0, 0);
        while (ran < schedules && failures.Count < MaxFailures && !cancellationToken.IsCancellationRequested)
        {
            ScheduleResult result = simulator.Run(CoordinatedSchedule.Draw(firstSeed + (ulong)ran));
            ran++;
            coverage.Add(result.Coverage);
            steps += result.Steps;
            rounds += result.Committed;
            time += result.Time;
            if (result.Violation is not null)
            {
                failures.Add(result);
            }

            Ran?.Invoke(result);
        }

        return new CampaignReport(ran, failures, coverage, steps, rounds, time);
    }
}

/// <summary>What came of a campaign.</summary>
/// <param name="Schedules">Schedules that were run.</param>
/// <param name="Failures">Those with a violation.</param>
/// <param name="Coverage">What they reached together.</param>
/// <param name="Steps">Events.</param>
/// <param name="Rounds">Rounds committed.</param>
/// <param name="Time">Virtual time.</param>
public sealed record CampaignReport(int Schedules, IReadOnlyList<ScheduleResult> Failures, Coverage Coverage, long Steps, long Rounds, TimeSpan Time)
{
    /// <summary>What a campaign ought to reach and this one did not.</summary>
    public IReadOnlyList<string> Missing => Coverage.Missing(RequiredCoverage.Coordinated);
}
