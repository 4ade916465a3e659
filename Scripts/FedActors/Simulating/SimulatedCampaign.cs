using System.Globalization;
using System.Text.Json.Nodes;
using FedActors.Scripts.Cli;
using FedActors.Simulation.Campaigns;
using FedActors.Simulation.Schedules;

namespace FedActors.Scripts.Simulating;

/// <summary>A campaign with its progress and its report.</summary>
internal sealed class SimulatedCampaign(CommandContext context, Func<ISimulator> create, string mode, ulong firstSeed, int schedules, int jobs)
{
    /// <summary>With fewer schedules it is chance that something was not reached.</summary>
    private const int SchedulesThatReachAll = 2000;

    private static readonly TimeSpan FirstProgress = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(5);

    private readonly long _started = context.Time.GetTimestamp();
    private TimeSpan _told;

    public async Task<CommandResult> RunAsync(CancellationToken stopping)
    {
        Campaign campaign = new(create, firstSeed, schedules) { Jobs = Math.Min(jobs, schedules), Ran = Tell };
        CampaignReport report = await campaign.RunAsync(stopping).ConfigureAwait(false);
        TimeSpan elapsed = context.Time.GetElapsedTime(_started);
        stopping.ThrowIfCancellationRequested();
        bool misses = report.Failures.Count == 0 && report.Schedules >= SchedulesThatReachAll && report.Missing.Count > 0;
        return new CommandResult
        {
            Data = Json(report, elapsed),
            Text = output => Write(output, report, elapsed),
            ExitCode = report.Failures.Count > 0 || misses ? ExitCode.RunFailed : ExitCode.Ok,
            ErrorCode = report.Failures.Count > 0 ? "violation" : misses ? "missing_coverage" : null,
            Message = report.Failures.Count > 0
                ? $"{Counted.Of(report.Failures.Count, "schedule")} broke what must hold. Look at one with fedactors simulate --mode {mode} --seed {report.Failures[0].Schedule.Seed}."
                : misses ? $"Never reached: {string.Join(", ", report.Missing)}." : null,
        };
    }

    private void Tell(int ran, int failed)
    {
        TimeSpan elapsed = context.Time.GetElapsedTime(_started);
        if (elapsed - _told < (_told == TimeSpan.Zero ? FirstProgress : ProgressInterval))
        {
            return;
        }

        _told = elapsed;
        TimeSpan left = elapsed * ((double)(schedules - ran) / ran);
        context.Output.Progress?.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{ran:N0} of {Counted.Of(schedules, "schedule")}, {ran / elapsed.TotalSeconds:0} a second, {Counted.Of(failed, "violation")}, about {Math.Ceiling(left.TotalSeconds):N0} s left"));
    }

    private void Write(TextWriter output, CampaignReport report, TimeSpan elapsed)
    {
        double rate = report.Schedules / elapsed.TotalSeconds;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Counted.Of(report.Schedules, "schedule")} from seed {firstSeed} in {elapsed.TotalSeconds:0.0} s: {rate:0} a second on {Counted.Of(jobs, "thread")}, {rate / jobs:0} each"));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Counted.Of(report.Rounds, "round")}, {Counted.Of(report.Steps, "event")}, {report.Time.TotalHours:0.0} h of virtual time; {Counted.Of(report.Coverage.Counts.Count, "kind")} of things reached, {report.Missing.Count} missed"));
        if (context.Verbose)
        {
            foreach ((string what, long count) in report.Coverage.Counts)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {count,10:N0}  {what}"));
            }
        }

        foreach (string missing in report.Missing)
        {
            output.WriteLine($"  never reached: {missing}");
        }

        foreach (ScheduleResult failure in report.Failures)
        {
            output.WriteLine($"seed {failure.Schedule.Seed}: {failure.Violation}");
        }

        output.WriteLine(report.Failures.Count == 0 ? "no violation" : Counted.Of(report.Failures.Count, "violation"));
    }

    private JsonObject Json(CampaignReport report, TimeSpan elapsed) => new()
    {
        ["mode"] = mode,
        ["schedules"] = report.Schedules,
        ["first_seed"] = firstSeed,
        ["jobs"] = jobs,
        ["seconds"] = elapsed.TotalSeconds,
        ["schedules_per_second"] = report.Schedules / elapsed.TotalSeconds,
        ["schedules_per_second_each"] = report.Schedules / elapsed.TotalSeconds / jobs,
        ["rounds"] = report.Rounds,
        ["events"] = report.Steps,
        ["virtual_seconds"] = report.Time.TotalSeconds,
        ["violations"] = new JsonArray([.. report.Failures.Select(ScheduleReplay.Failure)]),
        ["missed"] = new JsonArray([.. report.Missing.Select(missing => JsonValue.Create(missing))]),
        ["coverage"] = new JsonObject(report.Coverage.Counts.Select(count => KeyValuePair.Create<string, JsonNode?>(count.Key, count.Value))),
    };
}
