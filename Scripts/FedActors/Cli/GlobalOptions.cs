using System.CommandLine;
using System.CommandLine.Parsing;
using FedActors.Scripts.Configuration;

namespace FedActors.Scripts.Cli;

/// <summary>Options that every command takes.</summary>
internal sealed class GlobalOptions
{
    public Option<OutputFormat> Format { get; } = new("--output", "-o")
    {
        Description = "What standard output carries: text for people, json (one object at the end) or jsonl (one object a line).",
        HelpName = "text|json|jsonl",
        Recursive = true,
        CustomParser = ParseFormat,
    };

    public Option<bool> NoColor { get; } = new("--no-color") { Description = "No colours and no cursor movement. Files and pipes never get any.", Recursive = true };

    public Option<bool> Quiet { get; } = new("--quiet", "-q") { Description = "Only results and errors.", Recursive = true };

    public Option<bool> Verbose { get; } = new("--verbose", "-v") { Description = "More of what happens, on standard error.", Recursive = true };

    public Option<TimeSpan?> Timeout { get; } = new("--timeout")
    {
        Description = "Give up after this time (exit code 3), for instance 30s, 5m or 01:30:00.",
        HelpName = "duration",
        Recursive = true,
        CustomParser = ParseDuration,
    };

    public Option<bool> Yes { get; } = new("--yes") { Description = "Overwrite or delete without being asked again.", Recursive = true };

    public Option<string?> ConfigFile { get; } = new("--config") { Description = $"The configuration; {ConfigSources.DefaultFile} in the working folder if there is one.", HelpName = "file", Recursive = true };

    public Option<string[]> Set { get; } = new("--set")
    {
        Description = "One setting, for instance Training:LearningRate=0.05. May be repeated; wins over files and environment.",
        HelpName = "key=value",
        Recursive = true,
        Arity = ArgumentArity.OneOrMore,
    };

    public void AddTo(Command root)
    {
        Format.CompletionSources.Add("text", "json", "jsonl");
        foreach (Option option in (Option[])[ConfigFile, Set, Format, NoColor, Quiet, Verbose, Timeout, Yes])
        {
            root.Options.Add(option);
        }
    }

    /// <summary>The format with this name; numbers are no names.</summary>
    public static OutputFormat? FormatNamed(string? name) =>
        Enum.GetValues<OutputFormat>().Cast<OutputFormat?>().FirstOrDefault(f => string.Equals(f.ToString(), name, StringComparison.OrdinalIgnoreCase));

    private static OutputFormat ParseFormat(ArgumentResult result)
    {
        string text = result.Tokens.Count > 0 ? result.Tokens[0].Value : string.Empty;
        if (FormatNamed(text) is { } format)
        {
            return format;
        }

        result.AddError($"--output is \"{text}\": it must be text, json or jsonl.");
        return OutputFormat.Text;
    }

    private static TimeSpan? ParseDuration(ArgumentResult result)
    {
        string text = result.Tokens.Count > 0 ? result.Tokens[0].Value : string.Empty;
        if (DurationText.TryParse(text, out TimeSpan duration) && duration > TimeSpan.Zero)
        {
            return duration;
        }

        result.AddError($"--timeout is \"{text}\": it must be a duration over zero such as 30s, 5m or 01:30:00.");
        return null;
    }
}
