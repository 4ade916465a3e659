namespace FedActors.Scripts.Configuration;

/// <summary>The settings that a file may hold, found by name; what is no setting is told with what was probably meant.</summary>
/// <param name="keys">In the order in which they are shown.</param>
internal class ConfigVocabulary(IReadOnlyList<ConfigKey> keys)
{
    /// <summary>Those of a federation.</summary>
    public static ConfigVocabulary Federation { get; } = new(ConfigKeys.All);

    /// <summary>All of them.</summary>
    public IReadOnlyList<ConfigKey> Keys { get; } = keys;

    /// <summary>The setting with a path, whatever the case of its letters, or null.</summary>
    public virtual ConfigKey? Find(string path) => Keys.FirstOrDefault(key => string.Equals(key.Path, path, StringComparison.OrdinalIgnoreCase));

    /// <summary>What is wrong with a path that is no setting.</summary>
    public virtual string DescribeUnknown(string path)
    {
        if (Keys.Any(key => key.Path.StartsWith(path + ":", StringComparison.OrdinalIgnoreCase)))
        {
            return "is a section: its settings go inside it";
        }

        string? meant = Meant(path);
        return meant is null ? "there is no such setting; config show lists them all" : $"there is no such setting; did you mean {meant}?";
    }

    /// <summary>The one setting of the same name in another section, or whose name has this one in it; else the nearest in spelling.</summary>
    private string? Meant(string path)
    {
        string name = LastName(path);
        return Only(key => string.Equals(LastName(key), name, StringComparison.OrdinalIgnoreCase))
            ?? Only(key => LastName(key).Contains(name, StringComparison.OrdinalIgnoreCase))
            ?? Spelling.Nearest(path, Keys.Select(key => key.Path));
    }

    private string? Only(Func<string, bool> condition)
    {
        string[] found = [.. Keys.Select(key => key.Path).Where(condition)];
        return found.Length == 1 ? found[0] : null;
    }

    private static string LastName(string path) => path.Split(':')[^1];
}
