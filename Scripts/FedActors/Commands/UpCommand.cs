using System.CommandLine;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Processes;
using FedActors.Scripts.Runs;

namespace FedActors.Scripts.Commands;

/// <summary><c>up coordinated|gossip</c>.</summary>
internal static class UpCommand
{
    /// <summary>What help says of it.</summary>
    public const string Description = "Starts a whole federation as separate processes of this machine.";

    // Each is a process of this machine.
    private const int MaxCombiners = 100;

    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand("up", Description);
        command.Subcommands.Add(Coordinated(runner));
        command.Subcommands.Add(UpGossipCommand.Create(runner));
        return command;
    }

    private static FedCommand Coordinated(CommandRunner runner)
    {
        var command = new FedCommand(
            "coordinated",
            "Starts a provider, an aggregator, an evaluator and a worker for each site, over TCP; restarts what dies; ends with the run. Goes on with an unfinished run of the same configuration.",
            new Example("fedactors up coordinated", "the embedded data, provider on port 5001"),
            new Example("fedactors up coordinated --combiners 2", "two combiners between the workers and the provider; 2,4 is two tiers of them"),
            new Example("fedactors up coordinated --port 0 --detach", "on a free port, in the background; then ps, runs watch, down"));
        ConfigFlags flags = new ConfigFlags().WithFile(command).ForRun(command)
            .Add(command, "--host", "address", ConfigKeys.Host)
            .Add(command, "--port", "port", ConfigKeys.ProviderPort)
            .Add(command, "--package", "file", ConfigKeys.PackageFile)
            .Add(command, "--allow-package", "none|any|sha256", ConfigKeys.AllowPackage);
        Option<bool> alwaysNew = StartProviderCommand.New(command);
        Option<int[]> combiners = Combiners(command);
        UpOptions options = UpOptions.Of(command, "the provider listens");
        runner.Bind(command, (context, stopping) =>
        {
            ConfigLoad load = context.LoadConfig(flags);
            load.Values.Set(ConfigKeys.Mode, "coordinated", "up coordinated");
            var request = new UpRequest(
                RunInputs.Load(load, isNetwork: true), context.Arguments.GetValue(alwaysNew), context.Arguments.GetValue(options.NoRestart), context.Arguments.GetValue(options.Detached))
            {
                Combiners = context.Arguments.GetValue(combiners) ?? [],
            };
            return context.Arguments.GetValue(options.Detach) && !request.IsDetached
                ? Detaching.StartAsync(context, request.Inputs.Config, Arguments(request), stopping)
                : LocalFederation.ExecuteAsync(context, request, stopping);
        });
        return command;
    }

    private static string[] Arguments(UpRequest request) =>
    [
        "up", "coordinated",
        .. request.AlwaysNew ? new[] { "--new" } : [],
        .. request.NoRestart ? new[] { "--no-restart" } : [],
        .. request.Combiners.Count > 0 ? new[] { "--combiners", string.Join(',', request.Combiners) } : [],
    ];

    private static Option<int[]> Combiners(Command command)
    {
        var option = new Option<int[]>("--combiners")
        {
            Description = "Combiners between the workers and the provider: how many, or how many in each tier from the provider down.",
            HelpName = "count,count",
            Arity = ArgumentArity.ExactlyOne,
            CustomParser = result =>
            {
                int[] counts = [.. result.Tokens[0].Value.Split(',').Select(text => int.TryParse(text, out int count) ? count : 0)];
                if (counts.Any(count => count < 1) || counts.Sum(count => (long)count) > MaxCombiners)
                {
                    result.AddError($"--combiners is \"{result.Tokens[0].Value}\": it must be numbers over 0 with commas between them, {MaxCombiners} in all at most.");
                }

                return counts;
            },
        };
        command.Options.Add(option);
        return option;
    }
}
