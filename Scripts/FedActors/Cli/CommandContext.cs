using System.CommandLine;
using FedActors.Scripts.Configuration;
using Microsoft.Extensions.Logging;

namespace FedActors.Scripts.Cli;

/// <summary>What a command works with: its arguments, its output, its configuration, the clock and the log.</summary>
internal sealed class CommandContext
{
    private readonly GlobalOptions _options;
    private readonly CancellationToken _deadline;

    public CommandContext(ParseResult arguments, GlobalOptions options, CommandOutput output, Terminal terminal, TimeProvider time, CancellationToken deadline)
    {
        _deadline = deadline;
        Arguments = arguments;
        _options = options;
        Output = output;
        Terminal = terminal;
        Time = time;
    }

    public ParseResult Arguments { get; }

    public CommandOutput Output { get; }

    public Terminal Terminal { get; }

    public TimeProvider Time { get; }

    /// <summary>Whether the person agreed beforehand.</summary>
    public bool Yes => Arguments.GetValue(_options.Yes);

    /// <summary>Whether the time given by <c>--timeout</c> is over.</summary>
    public bool DeadlinePassed => _deadline.IsCancellationRequested;

    public bool Verbose => Arguments.GetValue(_options.Verbose);

    public bool Quiet => Arguments.GetValue(_options.Quiet);

    /// <summary>Whether colours and cursor movement may be written.</summary>
    public bool AllowsAnsi => Terminal.AllowsAnsi(Output.Format, Arguments.GetValue(_options.NoColor));

    /// <summary>A log on standard error. Commands that show their progress themselves start it at warnings, others at what happens.</summary>
    public ILoggerFactory Log(LogLevel usual, TextWriter? output = null) =>
        new LineLoggerFactory(output ?? Terminal.Error, Time, Quiet ? LogLevel.Error : Verbose ? LogLevel.Debug : usual);

    /// <summary>The valid configuration.</summary>
    /// <exception cref="CommandFailure">It has faults; all are listed.</exception>
    public FedConfig Config(ConfigFlags? flags = null, (string Name, string Json)? stored = null)
    {
        ConfigLoad load = LoadConfig(flags, stored);
        return load.Faults.Count == 0 ? FedConfig.From(load.Values) : throw ConfigFailure(load.Faults);
    }

    /// <summary>The valid configuration of a process that others connect to, or that connects to others: its certificates are there.</summary>
    /// <exception cref="CommandFailure">It has faults, or files are missing; all are listed.</exception>
    public FedConfig NodeConfig(ConfigFlags flags)
    {
        ConfigLoad load = LoadConfig(flags);
        ConfigFault[] faults = [.. load.Faults, .. ReferencedFiles.Tls(load.Values)];
        return faults.Length == 0 ? FedConfig.From(load.Values) : throw ConfigFailure(faults);
    }

    /// <summary>The configuration with its faults.</summary>
    public ConfigLoad LoadConfig(ConfigFlags? flags = null, (string Name, string Json)? stored = null)
    {
        string? named = Arguments.GetValue(_options.ConfigFile);
        string? positional = flags?.File is { } argument ? Arguments.GetValue(argument) : null;
        if (named is not null && positional is not null)
        {
            throw CommandFailure.Usage("The configuration file is named twice, as an argument and with --config. Name it once.");
        }

        return ConfigLoader.Load(Sources(flags) with { File = named ?? positional, Stored = stored });
    }

    /// <summary>Where settings come from beside a file.</summary>
    public ConfigSources Sources(ConfigFlags? flags = null) => new()
    {
        InstallationFile = Path.Combine(AppContext.BaseDirectory, "appsettings.json"),
        Environment = Terminal.Environment,
        CommandLine = [.. flags?.Values(Arguments) ?? [], .. Settings()],
    };

    /// <summary>The failure that lists all faults at once.</summary>
    public static CommandFailure ConfigFailure(IReadOnlyList<ConfigFault> faults) =>
        new(ExitCode.Usage, "invalid_configuration", faults.Count == 1 ? "The configuration has a fault:" : $"The configuration has {faults.Count} faults:")
        {
            Details = [.. faults.Select(f => f.ToString())],
        };

    private IEnumerable<RawValue> Settings()
    {
        foreach (string setting in Arguments.GetValue(_options.Set) ?? [])
        {
            int equals = setting.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
            {
                throw CommandFailure.Usage($"--set {setting}: write it as key=value, for instance --set {ConfigKeys.LearningRate.Path}=0.05.");
            }

            yield return new RawValue(setting[..equals].Trim(), setting[(equals + 1)..].Trim(), System.Text.Json.JsonValueKind.Undefined, "--set");
        }
    }
}
