namespace FedActors.Scripts.Cli;

/// <summary>Where a command's text goes, and what stands behind it.</summary>
internal sealed record Terminal
{
    /// <summary>Standard output.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Standard error.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Whether standard output is a terminal that a person watches.</summary>
    public required bool IsInteractive { get; init; }

    /// <summary>The environment, as it was at the start.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>What the program is called by who runs it.</summary>
    public string Program { get; init; } = "fedactors";

    /// <summary>Whether the streams are the process's own, which others that it starts can write to as well.</summary>
    public bool IsOfProcess { get; private init; }

    /// <summary>The process's own streams.</summary>
    public static Terminal OfProcess()
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (System.Collections.DictionaryEntry entry in System.Environment.GetEnvironmentVariables())
        {
            environment[(string)entry.Key] = (string?)entry.Value ?? string.Empty;
        }

        return new Terminal { Out = Console.Out, Error = Console.Error, IsInteractive = !Console.IsOutputRedirected, Environment = environment, IsOfProcess = true };
    }

    /// <summary>Whether control codes may be written: never into a file or a pipe, and not where the person or the terminal says no (no-color.org).</summary>
    public bool AllowsAnsi(OutputFormat format, bool noColor) =>
        IsInteractive && format == OutputFormat.Text && !noColor
        && string.IsNullOrEmpty(Environment.GetValueOrDefault("NO_COLOR"))
        && Environment.GetValueOrDefault("TERM") != "dumb";
}
