using System.CommandLine;
using FedActors.FL.Data;
using FedActors.FL.Data.Preparation;
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
    /// <param name="make">What makes it.</param>
    /// <param name="folder">Where it lies then.</param>
    /// <param name="picture">A file for a picture of who got what, or null.</param>
    public static CommandResult Make(Func<DataManifest> make, string folder, string? picture = null)
    {
        try
        {
            DataManifest manifest = make();
            ClassCounts counts = ClassCounts.Of(new DataFolder(folder));
            if (picture is not null)
            {
                File.WriteAllText(picture, PartitionPicture.Svg(counts));
            }

            return DataSetText.Made(manifest, folder, counts);
        }
        catch (Exception exception) when (picture is not null && exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.InvalidState, "picture", $"The picture cannot be written to {picture}: {exception.Message} The data set is made.", exception);
        }
        catch (ArgumentException exception)
        {
            throw CommandFailure.Usage(exception.Message.Split(" (Parameter")[0]);
        }
    }
}
