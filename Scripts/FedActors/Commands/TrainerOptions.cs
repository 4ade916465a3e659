using System.CommandLine;
using System.CommandLine.Parsing;
using FedActors.FL.Configuration;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Trainers;

namespace FedActors.Scripts.Commands;

/// <summary>The options that have another program train.</summary>
internal sealed class TrainerOptions
{
    private readonly Option<string?> _command = new("--trainer") { Description = "A program that trains in place of the built-in trainer, with its arguments in one text; docs/external-trainer.md says what it reads and writes.", HelpName = "command" };
    private readonly Option<string?> _package = new("--trainer-package") { Description = "A trainer as a tar.gz with a manifest, instead of --trainer.", HelpName = "file" };
    private readonly Option<string?> _checksum = new("--trainer-checksum") { Description = "The package's SHA-256 in hex; a package that has another one is refused.", HelpName = "sha256" };

    private TrainerOptions() => _command.Validators.Add(result =>
    {
        if (result.Tokens.Count > 0 && !CommandLineParser.SplitCommandLine(result.Tokens[0].Value).Any())
        {
            result.AddError("--trainer is empty: give a program and its arguments, for instance \"python3 trainer.py\".");
        }
    });

    /// <summary>Adds the options to a command.</summary>
    public static TrainerOptions Of(Command command)
    {
        TrainerOptions options = new();
        command.Options.Add(options._command);
        command.Options.Add(options._package);
        command.Options.Add(options._checksum);
        return options;
    }

    /// <summary>Adds what limits external trainers, and which packages may run.</summary>
    public static ConfigFlags Limits(ConfigFlags flags, Command command) => flags
        .Add(command, "--allow-package", "none|any|sha256", ConfigKeys.AllowPackage)
        .Add(command, "--trainer-timeout", "duration", ConfigKeys.TrainerTimeout)
        .Add(command, "--trainer-memory", "megabytes", ConfigKeys.TrainerMemory);

    /// <summary>The program asked for, or null.</summary>
    /// <param name="arguments">The command's arguments.</param>
    /// <param name="config">The limits, and where unpacked packages are.</param>
    /// <param name="member">The member that it trains for.</param>
    public TrainerProcess? Process(ParseResult arguments, FedConfig config, string member)
    {
        (string? command, string? package, string? checksum) = (arguments.GetValue(_command), arguments.GetValue(_package), arguments.GetValue(_checksum));
        if (command is not null && package is not null)
        {
            throw CommandFailure.Usage("--trainer and --trainer-package are two ways to name one trainer: give one of them.");
        }

        if (package is null != checksum is null)
        {
            throw CommandFailure.Usage("--trainer-package and --trainer-checksum go together: whoever gives you the package tells you its SHA-256.");
        }

        TrainerProcess usual = config.Trainer.Usual();
        if (package is null)
        {
            return command is null ? null : usual with { Command = [.. CommandLineParser.SplitCommandLine(command)] };
        }

        try
        {
            return TrainerPackage.Open(package, checksum!, config.Storage.Packages, FileNames.Of(member)).Process(EntryPoint.Train, usual);
        }
        catch (TrainerException e)
        {
            throw new CommandFailure(ExitCode.InvalidState, "trainer_package", e.Message, e);
        }
    }
}
