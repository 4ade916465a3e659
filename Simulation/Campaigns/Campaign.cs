using FedActors.Simulation.Schedules;

namespace FedActors.Simulation.Campaigns;

/// <summary>Many schedules, each from a seed of its own, counted up from the first.</summary>
/// <param name="create">Makes a simulator for each thread.</param>
/// <param name="firstSeed">Of the first schedule.</param>
/// <param name="schedules">How many.</param>
public sealed class Campaign(Func<ISimulator> create, ulong firstSeed, int schedules)
{
    private readonly Lock _sync = new();
    private readonly Coverage _coverage = new();
    private readonly List<ScheduleResult> _failures = [];
    private TimeSpan _time;
    private int _taken;
    private int _ran;
    private long _steps;
    private long _rounds;

    /// <summary>Failures after which a campaign ends early; the first few tell as much as all.</summary>
    public int MaxFailures { get; init; } = 10;

    /// <summary>Schedules that run side by side, each on one thread. What becomes of a schedule does not depend on it.</summary>
    public int Jobs { get; init; } = 1;

    /// <summary>Told how many schedules have run and failed, after each.</summary>
    public Action<int, int>? Ran { get; init; }

    /// <summary>Runs the campaign, once.</summary>
    /// <param name="cancellationToken">Ends it after the schedules that are running.</param>
    public async Task<CampaignReport> RunAsync(CancellationToken cancellationToken = default)
    {
        await Task.WhenAll(Enumerable.Range(0, Jobs).Select(_ => Task.Run(() => Work(cancellationToken), CancellationToken.None))).ConfigureAwait(false);
        return new CampaignReport(
            _ran, [.. _failures.OrderBy(failure => failure.Schedule.Seed)], _coverage, _coverage.Missing(create().Required), _steps, _rounds, _time);
    }

    private void Work(CancellationToken cancellationToken)
    {
        ISimulator simulator = create();
        while (!cancellationToken.IsCancellationRequested && TryTake() is { } seed)
        {
            Add(simulator.Run(simulator.Draw(seed)));
        }
    }

    private ulong? TryTake()
    {
        lock (_sync)
        {
            return _taken < schedules && _failures.Count < MaxFailures ? firstSeed + (ulong)_taken++ : null;
        }
    }

    private void Add(ScheduleResult result)
    {
        lock (_sync)
        {
            _ran++;
            _coverage.Add(result.Coverage);
            _steps += result.Steps;
            _rounds += result.Committed;
            _time += result.Time;
            if (result.Violation is not null)
            {
                _failures.Add(result);
            }

            Ran?.Invoke(_ran, _failures.Count);
        }
    }
}

/// <summary>What came of a campaign.</summary>
/// <param name="Schedules">Schedules that were run.</param>
/// <param name="Failures">Those with a violation, by seed.</param>
/// <param name="Coverage">What they reached together.</param>
/// <param name="Missing">What a campaign ought to reach and this one did not.</param>
/// <param name="Steps">Events.</param>
/// <param name="Rounds">Rounds committed, or closed by peers.</param>
/// <param name="Time">Virtual time.</param>
public sealed record CampaignReport(
    int Schedules, IReadOnlyList<ScheduleResult> Failures, Coverage Coverage, IReadOnlyList<string> Missing, long Steps, long Rounds, TimeSpan Time);
