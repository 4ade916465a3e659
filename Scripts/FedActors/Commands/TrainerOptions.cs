using System.CommandLine;
using System.CommandLine.Parsing;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Trainers;

namespace FedActors.Scripts.Commands;

/// <summary>The options that have another program train.</summary>
internal sealed class TrainerOptions
{
    private const int MostMegabytes = 1 << 20;

    private static readonly TimeSpan UsualTime = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestTime = TimeSpan.FromDays(7);

    private readonly Option<string?> _command = new("--trainer") { Description = "A program that trains in place of the built-in trainer, with its arguments in one text; docs/external-trainer.md says what it reads and writes.", HelpName = "command" };
    private readonly Option<string?> _package = new("--trainer-package") { Description = "A trainer as a tar.gz with a manifest, instead of --trainer.", HelpName = "file" };
    private readonly Option<string?> _checksum = new("--trainer-checksum") { Description = "The package's SHA-256 in hex; a package that has another one is refused.", HelpName = "sha256" };
    private readonly Option<TimeSpan> _time;
    private readonly Option<int> _memory = new("--trainer-memory") { Description = "Megabytes of memory above which the trainer is killed; 0 for no limit.", HelpName = "megabytes", DefaultValueFactory = _ => 0 };

    private TrainerOptions()
    {
        _time = new Option<TimeSpan>("--trainer-timeout")
        {
            Description = $"How long the trainer may take for a round before it is killed. {DurationText.Spoken(UsualTime)} if it is not given.",
            HelpName = "duration",
            DefaultValueFactory = _ => UsualTime,
            CustomParser = result =>
            {
                string text = result.Tokens[^1].Value;
                if (DurationText.TryParse(text, out TimeSpan duration) && duration > TimeSpan.Zero && duration <= LongestTime)
                {
                    return duration;
                }

                result.AddError($"--trainer-timeout is \"{text}\": write a duration of at most seven days, for instance 90s or 20m.");
                return UsualTime;
            },
        };
        _command.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !CommandLineParser.SplitCommandLine(result.Tokens[0].Value).Any())
            {
                result.AddError("--trainer is empty: give a program and its arguments, for instance \"python3 trainer.py\".");
            }
        });
        _memory.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && (!int.TryParse(result.Tokens[0].Value, out int value) || value is < 0 or > MostMegabytes))
            {
                result.AddError($"--trainer-memory is \"{result.Tokens[0].Value}\": it must be from 0 to {MostMegabytes:N0}.");
            }
        });
    }

    /// <summary>Adds the options to a command.</summary>
    public static TrainerOptions Of(Command command)
    {
        TrainerOptions options = new();
        command.Options.Add(options._command);
        command.Options.Add(options._package);
        command.Options.Add(options._checksum);
        command.Options.Add(options._time);
        command.Options.Add(options._memory);
        return options;
    }

    /// <summary>The program asked for, or null.</summary>
    /// <param name="arguments">The command's arguments.</param>
    /// <param name="cache">A folder that holds unpacked packages.</param>
    public TrainerProcess? Process(ParseResult arguments, string cache)
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

        TrainerProcess usual = new([], arguments.GetValue(_time), arguments.GetValue(_memory) is > 0 and var megabytes ? (long)megabytes << 20 : null);
        if (package is null)
        {
            return command is null ? null : usual with { Command = [.. CommandLineParser.SplitCommandLine(command)] };
        }

        try
        {
            return TrainerPackage.Open(package, checksum!, cache, usual);
        }
        catch (TrainerException e)
        {
            throw new CommandFailure(ExitCode.InvalidState, "trainer_package", e.Message, e);
        }
    }
}
