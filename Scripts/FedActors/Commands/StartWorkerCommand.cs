using System.CommandLine;
using FedActors.FL.Data;
using FedActors.FL.Roles;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Roles;
using FedActors.Scripts.Runs;
using FedActors.Scripts.Trainers;

namespace FedActors.Scripts.Commands;

/// <summary><c>start worker</c>.</summary>
internal static class StartWorkerCommand
{
    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "worker",
            "Trains on one site's data. The data stay here; only parameters leave.",
            new Example("fedactors start worker --site A", "a strip of the embedded data, for a provider on this machine"),
            new Example("fedactors start worker --site A --data /data/eurosat --provider fed.example.org:5001 --stay", "run after run, with data of your own"),
            new Example("fedactors start worker --site A --combiners east.example.org,west.example.org --provider fed.example.org", "through a combiner, or another, or the provider itself"),
            new Example("fedactors start worker --site A --allow-package 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "by the package of that SHA-256, which the provider hands out"),
            new Example("fedactors start worker --site A --trainer \"python3 trainer.py\"", "trained by another program: docs/external-trainer.md"));
        ConfigFlags flags = TrainerOptions.Limits(StartCommand.ProviderFlags(command).AddList(command, "--combiners", "addresses", ConfigKeys.Combiners).Add(command, "--data", "source", ConfigKeys.DataSource), command);
        var site = new Option<string>("--site") { Description = "The site whose data this worker holds.", HelpName = "name", Required = true };
        var id = new Option<string?>("--id") { Description = "The worker's name in the run; the site's where none is given.", HelpName = "name" };
        var stay = new Option<bool>("--stay") { Description = "Wait for the next run when one has ended." };
        command.Options.Add(site);
        command.Options.Add(id);
        command.Options.Add(stay);
        TrainerOptions trainer = TrainerOptions.Of(command);
        Option<bool> listen = StartCommand.Listen(command, ConfigKeys.WorkerPort);
        Option<bool> launched = StartCommand.WithLauncher(command);
        runner.Bind(command, async (context, stopping) =>
        {
            FedConfig config = context.NodeConfig(flags);
            string name = context.Arguments.GetRequiredValue(site);
            string member = context.Arguments.GetValue(id) ?? name;
            IFederatedData source = config.OpenData();
            DataSet data = source.LoadSite(name);
            FeatureMoments moments = FeatureMoments.Of(data);
            TrainerProcess? program = trainer.Process(context.Arguments, config, member);
            using var threads = new TrainingThreads(1);
            using CancellationTokenSource until = StartCommand.Until(context, launched, stopping);
            return await MemberRole.ExecuteAsync(
                context,
                config,
                new MemberPost(NodeName(member), ThroughCombiners: true),
                context.Arguments.GetValue(listen) ? config.Transport.WorkerPort : null,
                place => CoordinatedRoles.Worker(new WorkerSetup
                {
                    MemberId = member,
                    Provider = place.Provider,
                    Others = place.Others,
                    Completion = place.Completion,
                    OnAdmitted = place.Packages.OnAdmitted,
                    StaysAfterRun = context.Arguments.GetValue(stay),
                    Site = name,
                    Specification = ModelChoice.Specify(source.Manifest, config.Federation.Training.Model),
                    Data = data,
                    Moments = moments,
                    Training = threads,
                    Residuals = config.Storage.Residuals(member),
                    Packages = new MemberPackages(config.Trainer, config.Storage, member, () => place.Packages.Now, context.Time, note => context.Output.Progress?.WriteLine(note)),
                }.With(program, config.Storage.TrainerFolder(member), context.Time)),
                until.Token).ConfigureAwait(false);
        });
        return command;
    }

    /// <summary>A worker's node; <c>up</c> names the process so, too.</summary>
    public static string NodeName(string worker) => $"worker-{worker}";
}
