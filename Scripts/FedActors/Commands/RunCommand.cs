using System.CommandLine;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Runs;

namespace FedActors.Scripts.Commands;

/// <summary><c>run</c>: the main job.</summary>
internal static class RunCommand
{
    /// <summary>What help says of it.</summary>
    public const string Description = "Trains one model over all sites of a data set, with every role as an actor of this process.";

    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "run",
            Description,
            new Example("fedactors run", "the embedded satellite data, four sites"),
            new Example("fedactors run --rounds 5 --seed 7 -o json", "fewer rounds, another seed, the result as JSON"),
            new Example("fedactors run fed.json --set Training:Mu=0.1", "a federation of your own, one setting changed"));
        ConfigFlags flags = new ConfigFlags().WithFile(command).ForRun(command);
        runner.Bind(command, (context, stopping) => LocalRun.ExecuteAsync(context, RunInputs.Load(context.LoadConfig(flags)), resume: null, stopping));
        return command;
    }
}
