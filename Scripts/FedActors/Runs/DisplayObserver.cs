using System.Text.Json.Nodes;
using FedActors.FL.Roles;
using FedActors.Scripts.Cli;
using FedActors.Storage.Training;

namespace FedActors.Scripts.Runs;

/// <summary>Tells people by a display, and programs by events, of a run that is driven in this process.</summary>
internal sealed class DisplayObserver(RunDisplay display, CommandOutput output, string dataSource) : IRunObserver
{
    private int _rounds;

    public void OnMember(MemberChange change)
    {
        // Whoever joins at the start is in the title; what goes wrong, and what mends it, is worth a line.
        if (change.Kind != MemberChangeKind.Joined)
        {
            display.Note($"{change.Role} {change.MemberId}: {change.Text}");
        }

        output.Event("member", () => new JsonObject
        {
            ["role"] = change.Role,
            ["member"] = change.MemberId,
            ["change"] = change.Kind.ToString().ToLowerInvariant(),
            ["text"] = change.Text,
        });
    }

    public void OnStarted(RunRecord run, RunSummary summary)
    {
        _rounds = run.Rounds;
        display.Title(RoundText.Summary(dataSource, summary));
        if (run.CommittedRounds > 0)
        {
            display.Note($"Going on with run {run.Id} after its round {run.CommittedRounds}.");
        }

        output.Event("started", () => Started(run, summary));
    }

    public void OnRound(RoundRecord round)
    {
        display.Round(round, _rounds);
        output.Event("round", () => RunJson.Round(round));
    }

    public void OnWaiting(string cause)
    {
        display.Waiting(cause);
        output.Event("waiting", () => new JsonObject { ["cause"] = cause });
    }

    public void OnEnded(RunRecord run) => output.Event("ended", () => RunJson.Run(run, RunState.Of(run, isDriven: true)));

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
