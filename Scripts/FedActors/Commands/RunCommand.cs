using System.CommandLine;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
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
            new Example("fedactors run --mode gossip", "peers that agree with nobody in charge"),
            new Example("fedactors run fed.json --set Training:Mu=0.1", "a federation of your own, one setting changed"));
        ConfigFlags flags = new ConfigFlags().WithFile(command).ForRun(command)
            .Add(command, "--mode", "mode", ConfigKeys.Mode)
            .Add(command, "--peers", "count", ConfigKeys.Peers)
            .Add(command, "--topology", "kind", ConfigKeys.TopologyKind);
        runner.Bind(command, (context, stopping) =>
        {
            RunInputs inputs = RunInputs.Load(context.LoadConfig(flags));
            return inputs.Config.IsGossip ? LocalGossip.ExecuteAsync(context, inputs, stopping) : LocalRun.ExecuteAsync(context, inputs, resume: null, stopping);
        });
        return command;
    }
}
