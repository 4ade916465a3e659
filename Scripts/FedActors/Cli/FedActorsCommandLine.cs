using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using FedActors.Scripts.Commands;
using FedActors.Scripts.Configuration;

namespace FedActors.Scripts.Cli;

/// <summary>The whole command line: what the process runs, and what tests run in its stead.</summary>
internal sealed class FedActorsCommandLine
{
    private readonly Terminal _terminal;
    private readonly TimeProvider _time;
    private readonly Func<CommandRunner, FedCommand>? _only;
    private readonly GlobalOptions _options = new();

    /// <summary>The command line of a program.</summary>
    /// <param name="terminal">Its streams, and what it is called.</param>
    /// <param name="time">The clock.</param>
    /// <param name="only">Makes the one command that the program is; null for all of them.</param>
    public FedActorsCommandLine(Terminal terminal, TimeProvider time, Func<CommandRunner, FedCommand>? only = null)
    {
        _only = only;
        _terminal = terminal;
        _time = time;
    }

    /// <summary>Parses and runs.</summary>
    /// <returns>The process's exit code.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        ParseResult parsed = CreateRoot(arguments).Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 && parsed.Action is null or ParseErrorAction)
        {
            return Refuse(parsed, arguments);
        }

        // Signals are handled by ProcessSignals; the library would end the process 2 s after the first, in the middle of a drain.
        var configuration = new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false, Output = _terminal.Out, Error = _terminal.Error };
        return await parsed.InvokeAsync(configuration, cancellationToken).ConfigureAwait(false);
    }

    private RootCommand CreateRoot(IReadOnlyList<string> arguments)
    {
        var runner = new CommandRunner(_options, _terminal, _time);
        if (_only is not null)
        {
            return RootOf(_only(runner));
        }

        var root = new RootCommand("Federated learning over actors: sites train one model together and keep their data.");
        _options.AddTo(root);
        bool isSuggesting = arguments.Count > 0 && arguments[0].StartsWith('[');
        foreach (Command command in AllCommands.Create(runner, name => isSuggesting || arguments.Contains(name)))
        {
            root.Subcommands.Add(command);
        }

        Teach(root, []);
        return root;
    }

    /// <summary>A program that is one of the commands, under a name of its own.</summary>
    private RootCommand RootOf(FedCommand command)
    {
        var root = new RootCommand(command.Description ?? string.Empty) { Action = command.Action };
        foreach (Option option in command.Options)
        {
            root.Options.Add(option);
        }

        _options.AddTo(root);
        Teach(root, [.. command.Examples.Select(e => e with { CommandLine = e.CommandLine.Replace($"fedactors start {_terminal.Program}", _terminal.Program, StringComparison.Ordinal) })]);
        return root;
    }

    private static void Teach(RootCommand root, IReadOnlyList<Example> examples)
    {
        foreach (HelpOption help in root.Options.OfType<HelpOption>())
        {
            help.Action = new TeachingHelp((HelpAction)help.Action!, examples);
        }
    }

    private int Refuse(ParseResult parsed, IReadOnlyList<string> arguments)
    {
        Command command = parsed.CommandResult.Command;
        string name = command is RootCommand ? _terminal.Program : $"{_terminal.Program} {PathTo(command)}";
        List<string> details = [.. parsed.Errors.Select(e => e.Message).Distinct()];
        if (parsed.UnmatchedTokens.Count > 0)
        {
            // That a command is missing follows from the one that is not known; the first is only in the way.
            details.RemoveAll(d => d.StartsWith("Required command", StringComparison.Ordinal));
        }

        if (parsed.UnmatchedTokens.Count > 0 && Suggest(command, parsed.UnmatchedTokens[0]) is { } suggestion)
        {
            details.Add($"Did you mean {suggestion}?");
        }

        details.Add($"{name} --help shows what it takes.");
        return (int)new CommandOutput(_terminal, FormatOf(arguments), quiet: false).Fail(
            new CommandFailure(ExitCode.Usage, "usage", "The command line is not understood:") { Details = details });
    }

    private static string? Suggest(Command command, string token) => Spelling.Nearest(
        token,
        command.Subcommands.Select(c => c.Name).Concat(WithParents(command).SelectMany(c => c.Options).Where(o => !o.Hidden).Select(o => o.Name)));

    private static string PathTo(Command command) => string.Join(' ', WithParents(command).Reverse().Skip(1).Select(c => c.Name));

    private static IEnumerable<Command> WithParents(Command command)
    {
        for (Command? at = command; at is not null; at = at.Parents.OfType<Command>().FirstOrDefault())
        {
            yield return at;
        }
    }

    /// <summary>A command line that cannot be parsed still says how its errors are to be written.</summary>
    private static OutputFormat FormatOf(IReadOnlyList<string> arguments)
    {
        for (int i = 0; i < arguments.Count; i++)
        {
            string? value = arguments[i] is "-o" or "--output" && i + 1 < arguments.Count ? arguments[i + 1]
                : arguments[i].StartsWith("--output=", StringComparison.Ordinal) ? arguments[i]["--output=".Length..]
                : arguments[i].StartsWith("-o", StringComparison.Ordinal) ? arguments[i][2..].TrimStart('=', ':')
                : null;
            if (GlobalOptions.FormatNamed(value) is { } format)
            {
                return format;
            }
        }

        return OutputFormat.Text;
    }
}
