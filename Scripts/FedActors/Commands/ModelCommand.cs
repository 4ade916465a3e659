using System.CommandLine;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Runs;
using FedActors.Storage.Training;

namespace FedActors.Scripts.Commands;

/// <summary><c>model list|show|export|predict</c>.</summary>
internal static class ModelCommand
{
    /// <summary>What help says of it.</summary>
    public const string Description = "Shows, exports and applies the models that runs have stored.";

    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand("model", Description);
        command.Subcommands.Add(ModelListCommand.Create(runner));
        command.Subcommands.Add(ModelShowCommand.Create(runner));
        command.Subcommands.Add(ModelExportCommand.Create(runner));
        command.Subcommands.Add(ModelPredictCommand.Create(runner));
        return command;
    }

    /// <summary>Which round of a run.</summary>
    public static Option<string> Round(Command command)
    {
        var option = new Option<string>("--round") { Description = "A round's number, last, or best (by evaluated accuracy).", HelpName = "round", DefaultValueFactory = _ => "last" };
        command.Options.Add(option);
        return option;
    }

    /// <summary>A peer of gossip mode whose mean is meant, rather than a run's model.</summary>
    public static Option<string?> Peer(Command command)
    {
        var option = new Option<string?>("--peer") { Description = "The mean that a peer of this machine keeps, rather than a run's model.", HelpName = "name" };
        command.Options.Add(option);
        return option;
    }

    /// <summary>Finds the run and its round, or the peer, with parameters.</summary>
    public static StoredModel Find(CommandContext context, Argument<string?> run, Option<string> round, Option<string?> peer)
    {
        FedConfig config = context.Config();
        if (context.Arguments.GetValue(peer) is { } name)
        {
            return context.Arguments.GetValue(run) is null && context.Arguments.GetRequiredValue(round) == "last"
                ? StoredModel.OfPeer(config.Storage, name)
                : throw CommandFailure.Usage("--peer means the one mean that the peer keeps: name no run and no round beside it.");
        }

        using SqliteTrainingStore store = Stores.OpenForReading(config.Storage);
        RunRecord record = RunLookup.Find(store, context.Arguments.GetValue(run), config.Storage.TrainingStore);
        return StoredModel.Find(store, record, context.Arguments.GetRequiredValue(round));
    }
}
