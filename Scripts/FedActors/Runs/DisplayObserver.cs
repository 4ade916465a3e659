using System.Text.Json.Nodes;
using FedActors.FL.Roles;
using FedActors.Scripts.Cli;
using FedActors.Storage.Training;

namespace FedActors.Scripts.Runs;

/// <summary>Tells people by a display, and programs by events, of a run that is driven in this process.</summary>
internal sealed class DisplayObserver(RoundScreen display, CommandOutput output, string dataSource, TimeProvider time) : IRunObserver, IDisposable
{
    /// <summary>A wait shorter than this is not worth a line: at its start every run waits for its members for some milliseconds.</summary>
    private static readonly TimeSpan UnremarkableWait = TimeSpan.FromSeconds(1);

    private readonly Lock _sync = new();
    private ITimer? _waiting;
    private int _rounds;
    private volatile string? _runId;

    /// <summary>The run, once it has begun. Safe to ask from any thread.</summary>
    public string? RunId => _runId;

    public void OnMember(MemberChange change)
    {
        // Whoever joins at the start is in the title; what goes wrong, and what mends it, is worth a line.
        if (change.Kind != MemberChangeKind.Joined)
        {
            display.Note(RoundText.Member(change.Role, change.MemberId, Kind(change), change.Text));
        }

        output.Event("member", () => new JsonObject
        {
            ["role"] = change.Role,
            ["member"] = change.MemberId,
            ["change"] = Kind(change),
            ["text"] = change.Text,
        });
    }

    public void OnStarted(RunRecord run, RunSummary summary)
    {
        EndWait();
        _rounds = run.Rounds;
        _runId = run.Id;
        display.Title(RoundText.Summary(dataSource, summary));
        if (run.CommittedRounds > 0)
        {
            display.Note($"Going on with run {run.Id} after its round {run.CommittedRounds}.");
        }

        output.Event("started", () => Started(run, summary));
    }

    public void OnRound(RoundRecord round)
    {
        EndWait();
        display.Show(round, _rounds);
        output.Event("round", () => RunJson.Round(round));
    }

    public void OnWaiting(string cause)
    {
        lock (_sync)
        {
            _waiting?.Dispose();
            _waiting = time.CreateTimer(_ => display.Waiting(cause), null, UnremarkableWait, Timeout.InfiniteTimeSpan);
        }

        output.Event("waiting", () => new JsonObject { ["cause"] = cause });
    }

    public void OnEnded(RunRecord run)
    {
        EndWait();
        output.Event("ended", () => RunJson.Run(run, RunState.Of(run, isDriven: true)));
    }

    public void Dispose() => EndWait();

    private void EndWait()
    {
        lock (_sync)
        {
            _waiting?.Dispose();
            _waiting = null;
        }
    }

    private static string Kind(MemberChange change) => change.Kind.ToString().ToLowerInvariant();

    private static JsonObject Started(RunRecord run, RunSummary summary)
    {
        JsonObject data = RunJson.Run(run, RunState.Of(run, isDriven: true));
        data["model"] = summary.ModelKind;
        data["features"] = summary.Features;
        data["classes"] = summary.Classes;
        data["parameters"] = summary.ParameterCount;
        data["evaluation_samples"] = summary.EvaluationSamples;
        data["sites"] = RunJson.List(summary.Sites, s => new JsonObject { ["worker"] = s.WorkerId, ["site"] = s.Site, ["samples"] = s.Samples });
        return data;
    }
}
