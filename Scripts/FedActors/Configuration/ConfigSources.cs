using System.Text.Json;

namespace FedActors.Scripts.Configuration;

/// <summary>Where settings come from, weakest first: the installation's file, the federation's file, a stored run, the environment, the command line.</summary>
internal sealed record ConfigSources
{
    /// <summary>What environment variables begin with. Two underscores stand for a colon.</summary>
    public const string EnvironmentPrefix = "FEDACTORS_";

    /// <summary>The federation's file where none is named.</summary>
    public const string DefaultFile = "fed.json";

    /// <summary>The installation's file, beside the program; it need not exist.</summary>
    public string? InstallationFile { get; init; }

    /// <summary>The federation's file as named by the person, who then wants it to exist; null for <see cref="DefaultFile"/> if there is one.</summary>
    public string? File { get; init; }

    /// <summary>A stored run's configuration, which then stands in the file's place, with the name to show for it.</summary>
    public (string Name, string Json)? Stored { get; init; }

    /// <summary>The environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The command line's settings, in order.</summary>
    public IReadOnlyList<RawValue> CommandLine { get; init; } = [];

    /// <summary>All values, weakest first.</summary>
    public IReadOnlyList<RawValue> Read(ConfigVocabulary vocabulary, ICollection<ConfigFault> faults)
    {
        var values = new List<RawValue>();
        if (InstallationFile is { } installation && System.IO.File.Exists(installation))
        {
            ConfigFile.Read(installation, vocabulary, values, faults);
        }

        if (Stored is { } stored)
        {
            ConfigFile.Parse(System.Text.Encoding.UTF8.GetBytes(stored.Json), stored.Name, vocabulary, values, faults);
        }
        else
        {
            ReadFile(vocabulary, values, faults);
        }

        values.AddRange(Environment
            .Where(pair => IsSetting(pair.Key))
            .OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => new RawValue(PathOf(pair.Key), pair.Value, JsonValueKind.Undefined, $"environment {pair.Key}")));
        values.AddRange(CommandLine);
        return values;
    }

    /// <summary>
    /// Build and test tools use the prefix too, without sections. Such a name counts only if it is a setting, or nearly one:
    /// a misspelt setting must not pass in silence.
    /// </summary>
    public static bool IsSetting(string variable)
    {
        if (!variable.StartsWith(EnvironmentPrefix, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        string path = PathOf(variable);
        return path.Contains(':') || ConfigKeys.All.Any(k => !k.Path.Contains(':') && Spelling.Distance(k.Path.ToUpperInvariant(), path.ToUpperInvariant()) <= 1);
    }

    private void ReadFile(ConfigVocabulary vocabulary, List<RawValue> values, ICollection<ConfigFault> faults)
    {
        string file = File ?? DefaultFile;
        if (System.IO.File.Exists(file))
        {
            ConfigFile.Read(file, vocabulary, values, faults);
        }
        else if (File is not null)
        {
            faults.Add(new ConfigFault(file, null, null, "there is no such file"));
        }
    }

    private static string PathOf(string variable) => variable[EnvironmentPrefix.Length..].Replace("__", ":", StringComparison.Ordinal);
}
