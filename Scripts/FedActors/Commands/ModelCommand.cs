using System.CommandLine;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Runs;
using FedActors.Storage.Training;

namespace FedActors.Scripts.Commands;

/// <summary><c>model list|show|export</c>.</summary>
internal static class ModelCommand
{
    /// <summary>What help says of it.</summary>
    public const string Description = "Shows and exports the models that runs have stored.";

    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand("model", Description);
        command.Subcommands.Add(ModelListCommand.Create(runner));
        command.Subcommands.Add(ModelShowCommand.Create(runner));
        command.Subcommands.Add(ModelExportCommand.Create(runner));
        return command;
    }

    /// <summary>Which round of a run.</summary>
    public static Option<string> Round(Command command)
    {
        var option = new Option<string>("--round") { Description = "A round's number, last, or best (by evaluated accuracy).", HelpName = "round", DefaultValueFactory = _ => "last" };
        command.Options.Add(option);
        return option;
    }

    /// <summary>Finds the run and its round, with parameters.</summary>
    public static StoredModel Find(CommandContext context, Argument<string?> run, Option<string> round)
    {
        FedConfig config = context.Config();
        using SqliteTrainingStore store = Stores.OpenForReading(config.Storage);
        RunRecord record = RunLookup.Find(store, context.Arguments.GetValue(run), config.Storage.TrainingStore);
        return StoredModel.Find(store, record, context.Arguments.GetRequiredValue(round));
    }
}
