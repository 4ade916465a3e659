using System.CommandLine;
using FedActors.FL.Roles;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Roles;

namespace FedActors.Scripts.Commands;

/// <summary><c>start combiner</c>.</summary>
internal static class StartCombinerCommand
{
    // The rest of the time for which a provider keeps their places is for the workers' way to another combiner, and to one more.
    private const int PatienceShare = 4;

    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "combiner",
            "Stands between workers and their provider: parameters come to it once for all its workers, and their updates leave it as one sum. The model is the same, bit for bit.",
            new Example("fedactors start combiner --name east --provider fed.example.org --host 0.0.0.0", "for the workers of a region; use TLS"),
            new Example("fedactors start combiner --name east-2 --combiners east.example.org --provider fed.example.org", "below another combiner"));
        ConfigFlags flags = StartCommand.ProviderFlags(command)
            .AddList(command, "--combiners", "addresses", ConfigKeys.Combiners)
            .Add(command, "--port", "port", ConfigKeys.CombinerPort);
        var name = new Option<string>("--name") { Description = "The combiner's name, unique in the federation.", HelpName = "name", Required = true };
        var stay = new Option<bool>("--stay") { Description = "Wait for the next run when one has ended." };
        command.Options.Add(name);
        command.Options.Add(stay);
        Option<bool> launched = StartCommand.WithLauncher(command);
        runner.Bind(command, async (context, stopping) =>
        {
            FedConfig config = context.NodeConfig(flags);
            string combiner = context.Arguments.GetRequiredValue(name);
            Strangers.Warn(config.Transport, context);
            using CancellationTokenSource until = StartCommand.Until(context, launched, stopping);
            return await MemberRole.ExecuteAsync(
                context,
                config,
                new MemberPost(NodeName(combiner), ThroughCombiners: true) { Actor = CoordinatedRoles.ProviderName, RelaysPackages = true },
                config.Transport.CombinerPort,
                place => CoordinatedRoles.Combiner(new CombinerSetup
                {
                    MemberId = combiner,
                    Provider = place.Provider,
                    Others = place.Others,
                    Completion = place.Completion,
                    OnAdmitted = place.Packages.OnAdmitted,
                    StaysAfterRun = context.Arguments.GetValue(stay),
                    Patience = config.Federation.Participation.RoleTimeout / PatienceShare,
                }),
                until.Token).ConfigureAwait(false);
        });
        return command;
    }

    /// <summary>A combiner's node; <c>up</c> names the process so, too.</summary>
    public static string NodeName(string combiner) => $"combiner-{combiner}";
}
