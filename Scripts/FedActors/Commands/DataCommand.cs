using System.CommandLine;
using FedActors.FL.Data;
using FedActors.Scripts.Cli;

namespace FedActors.Scripts.Commands;

/// <summary><c>data prepare|split|inspect|extract</c>.</summary>
internal static class DataCommand
{
    /// <summary>What help says of it.</summary>
    public const string Description = "Makes data sets for sites, and looks them over before anybody trains on them.";

    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand("data", Description);
        command.Subcommands.Add(DataInspectCommand.Create(runner));
        command.Subcommands.Add(DataSplitCommand.Create(runner));
        command.Subcommands.Add(DataPrepareCommand.Create(runner));
        command.Subcommands.Add(DataExtractCommand.Create(runner));
        return command;
    }

    public static Option<string> To(Command command)
    {
        var option = new Option<string>("--to") { Description = "The folder for the manifest and the sites' files.", HelpName = "folder", DefaultValueFactory = _ => "dataset" };
        command.Options.Add(option);
        return option;
    }

    public static Option<ulong> Seed(Command command)
    {
        var option = new Option<ulong>("--seed") { Description = "Decides what is left to chance.", HelpName = "seed", DefaultValueFactory = _ => 42 };
        command.Options.Add(option);
        return option;
    }

    public static Option<double> HoldOut(Command command)
    {
        var option = new Option<double>("--hold-out") { Description = "The share of every class that no site trains on, up to 0.9.", HelpName = "share", DefaultValueFactory = _ => 0.2 };
        command.Options.Add(option);
        return option;
    }

    /// <summary>Makes a data set; what the library calls a caller's mistake is the person's here.</summary>
    public static CommandResult Make(Func<DataManifest> make, string folder)
    {
        try
        {
            return DataSetText.Made(make(), folder);
        }
        catch (ArgumentException exception)
        {
            throw CommandFailure.Usage(exception.Message.Split(" (Parameter")[0]);
        }
    }
}
