using System.CommandLine;
using FedActors.FL.Data;
using FedActors.FL.Roles;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Roles;
using FedActors.Scripts.Runs;
using FedActors.Scripts.Trainers;

namespace FedActors.Scripts.Commands;

/// <summary><c>start evaluator</c>.</summary>
internal static class StartEvaluatorCommand
{
    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "evaluator",
            "Scores every round's model on examples that no site trains on.",
            new Example("fedactors start evaluator", "the embedded data's test split, for a provider on this machine"),
            new Example("fedactors start evaluator --provider fed.example.org:5001 --data /data/eurosat", "with data of your own"));
        ConfigFlags flags = TrainerOptions.Limits(StartCommand.ProviderFlags(command).Add(command, "--data", "source", ConfigKeys.DataSource), command);
        Option<bool> listen = StartCommand.Listen(command, ConfigKeys.EvaluatorPort);
        Option<bool> launched = StartCommand.WithLauncher(command);
        runner.Bind(command, async (context, stopping) =>
        {
            FedConfig config = context.NodeConfig(flags);
            IFederatedData source = config.OpenData();
            DataSet data = source.LoadEvaluation();
            using var threads = new TrainingThreads(1);
            using CancellationTokenSource until = StartCommand.Until(context, launched, stopping);
            return await MemberRole.ExecuteAsync(
                context,
                config,
                new MemberPost(CoordinatedRoles.EvaluatorName),
                context.Arguments.GetValue(listen) ? config.Transport.EvaluatorPort : null,
                place => CoordinatedRoles.Evaluator(new EvaluatorSetup
                {
                    MemberId = CoordinatedRoles.EvaluatorName,
                    Provider = place.Provider,
                    Completion = place.Completion,
                    Specification = ModelChoice.Specify(source.Manifest, config.Federation.Training.Model),
                    Data = data,
                    Evaluation = threads,
                    Packages = new MemberPackages(config.Trainer, config.Storage, CoordinatedRoles.EvaluatorName, () => place.Packages.Now, context.Time, note => context.Output.Progress?.WriteLine(note)),
                }),
                until.Token).ConfigureAwait(false);
        });
        return command;
    }
}
