using System.CommandLine;
using System.Text.Json.Nodes;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Runs;
using FedActors.Storage.Training;

namespace FedActors.Scripts.Commands;

/// <summary><c>runs stop</c>.</summary>
/// <remarks>
/// The request is a row in the store, which the provider's process looks for once a second. So stopping needs neither an address
/// nor a certificate, only the right to write where the run is stored; and it works for a run in one process, too.
/// </remarks>
internal static class RunsStopCommand
{
    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "stop",
            "Ends a run after the round it is in, and waits until it has ended. runs resume can take it up again.",
            new Example("fedactors runs stop 7f3a", "one run"),
            new Example("fedactors runs stop --timeout 1m", "the newest; exit code 3 if it has not ended by then"));
        Argument<string?> run = RunsCommand.TakesRun(command);
        runner.Bind(command, (context, stopping) => StopAsync(context, context.Arguments.GetValue(run), stopping));
        return command;
    }

    private static async Task<CommandResult> StopAsync(CommandContext context, string? id, CancellationToken stopping)
    {
        FedConfig config = context.Config();
        using SqliteTrainingStore store = Stores.OpenForRequests(config.Storage);

        // Where none is named, it is the one that goes on; a run that is just being started has no row yet.
        RunRecord run = RunLookup.Find(store, id ?? store.FindDrivenRun(), config.Storage.TrainingStore);
        if (run.Status != RunStatus.Running)
        {
            return Result(run, $"Run {run.Id} has ended already ({RunState.Of(run, isDriven: false)}).");
        }

        if (store.FindDrivenRun() == run.Id)
        {
            if (RunMode.Of(run) == RunMode.Gossip)
            {
                throw new CommandFailure(ExitCode.InvalidState, "store_conflict", $"Run {run.Id} is one of peers, which nobody drives: interrupt the command that runs them, or stop those of up gossip with fedactors down.");
            }

            store.RequestStop(run.Id, context.Time.GetUtcNow());
            await StoredRunWatch.FollowAsync(store, run.Id, _ => { }, context.Time, stopping).ConfigureAwait(false);
            run = store.FindRun(run.Id)!;
        }

        if (run.Status == RunStatus.Running)
        {
            // Nobody drives it, so nobody else will write its end.
            run = EndInterrupted(config, run, context.Time);
        }

        return Result(run, $"Run {run.Id} ended as {RunState.Of(run, isDriven: false)} with {run.CommittedRounds} of {Counted.Of(run.Rounds, "round")}.");
    }

    private static RunRecord EndInterrupted(FedConfig config, RunRecord run, TimeProvider time)
    {
        using SqliteTrainingStore writer = Stores.OpenForWriting(config.Storage);
        writer.EndRun(run.Id, RunStatus.Stopped, "Stopped by an operator after its provider had gone.", time.GetUtcNow());
        return writer.FindRun(run.Id)!;
    }

    private static CommandResult Result(RunRecord run, string text) => new()
    {
        Data = RunJson.Run(run, RunState.Of(run, isDriven: false)),
        Text = output => output.WriteLine(text),
    };
}
