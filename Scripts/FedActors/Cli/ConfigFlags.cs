using System.CommandLine;
using System.Text.Json;
using FedActors.Scripts.Configuration;

namespace FedActors.Scripts.Cli;

/// <summary>Short options for settings: <c>--rounds 5</c> is <c>--set Training:Rounds=5</c>, and is checked by the same rules.</summary>
internal sealed class ConfigFlags
{
    private readonly List<(Option<string?> Option, ConfigKey Key)> _flags = [];
    private readonly List<(Option<string[]> Option, ConfigKey Key)> _lists = [];
    private readonly List<RawValue> _fixed = [];

    /// <summary>The configuration file as an argument, for commands that take one.</summary>
    public Argument<string?>? File { get; private set; }

    /// <summary>Adds the options that describe a run.</summary>
    public ConfigFlags ForRun(Command command) => Add(command, "--workers", "count", ConfigKeys.Workers)
        .Add(command, "--rounds", "count", ConfigKeys.Rounds)
        .Add(command, "--epochs", "count", ConfigKeys.LocalEpochs)
        .Add(command, "--batch-size", "count", ConfigKeys.BatchSize)
        .Add(command, "--learning-rate", "step", ConfigKeys.LearningRate)
        .Add(command, "--mu", "mu", ConfigKeys.Mu)
        .Add(command, "--seed", "seed", ConfigKeys.Seed)
        .Add(command, "--data", "source", ConfigKeys.DataSource);

    /// <summary>Adds one option for one setting.</summary>
    public ConfigFlags Add(Command command, string name, string valueName, ConfigKey key)
    {
        var option = new Option<string?>(name) { Description = $"{key.Description} ({key.Path})", HelpName = valueName };
        command.Options.Add(option);
        _flags.Add((option, key));
        return this;
    }

    /// <summary>Adds one option for a setting that is a list; it may be given several times.</summary>
    public ConfigFlags AddList(Command command, string name, string valueName, ConfigKey key)
    {
        var option = new Option<string[]>(name) { Description = $"{key.Description} May be given several times. ({key.Path})", HelpName = valueName, Arity = ArgumentArity.OneOrMore };
        command.Options.Add(option);
        _lists.Add((option, key));
        return this;
    }

    /// <summary>A setting that the command itself decides.</summary>
    public ConfigFlags Always(ConfigKey key, string value, string because)
    {
        _fixed.Add(new RawValue(key.Path, value, JsonValueKind.Undefined, because));
        return this;
    }

    /// <summary>Adds the configuration file as an argument.</summary>
    public ConfigFlags WithFile(FedCommand command)
    {
        File = command.Takes<string?>("fed.json", "The configuration; fed.json in the working folder if there is one.", ArgumentArity.ZeroOrOne);
        return this;
    }

    /// <summary>The settings that were given.</summary>
    public IEnumerable<RawValue> Values(ParseResult arguments)
    {
        foreach ((Option<string?> option, ConfigKey key) in _flags)
        {
            if (arguments.GetValue(option) is { } text)
            {
                yield return new RawValue(key.Path, text, JsonValueKind.Undefined, option.Name);
            }
        }

        foreach ((Option<string[]> option, ConfigKey key) in _lists)
        {
            if (arguments.GetValue(option) is { Length: > 0 } items)
            {
                yield return new RawValue(key.Path, string.Join(',', items), JsonValueKind.Undefined, option.Name);
            }
        }

        foreach (RawValue value in _fixed)
        {
            yield return value;
        }
    }
}
