using System.Text.Json.Nodes;

namespace FedActors.Scripts.Configuration;

/// <summary>The value of every setting and where it came from.</summary>
internal sealed class ConfigValues
{
    /// <summary>The origin of a value that no source has set.</summary>
    public const string DefaultOrigin = "default";

    private readonly Dictionary<ConfigKey, (object? Value, string Origin)> _values;
    private readonly HashSet<ConfigKey> _unreadable;

    /// <summary>Nothing is set.</summary>
    public ConfigValues() => (_values, _unreadable) = ([], []);

    /// <summary>A copy.</summary>
    public ConfigValues(ConfigValues other) => (_values, _unreadable) = (new(other._values), [.. other._unreadable]);

    /// <summary>A setting's value.</summary>
    public T Get<T>(ConfigKey<T> key) => _values.TryGetValue(key, out var found) ? (T)found.Value! : key.Default;

    /// <summary>What some source has set, or null.</summary>
    public object? Find(ConfigKey key) => _values.GetValueOrDefault(key).Value;

    /// <summary>Where a setting's value came from.</summary>
    public string Origin(ConfigKey key) => _values.TryGetValue(key, out var found) ? found.Origin : DefaultOrigin;

    /// <summary>Whether some source has set it.</summary>
    public bool IsSet(ConfigKey key) => _values.ContainsKey(key);

    /// <summary>A setting's value as JSON, or null.</summary>
    public JsonNode? Json(ConfigKey key) => _values.TryGetValue(key, out var found) ? key.ToJson(found.Value) : key.DefaultJson;

    /// <summary>Sets or overrides.</summary>
    public void Set(ConfigKey key, object? value, string origin) => _values[key] = (value, origin);

    /// <summary>Remembers that a setting was given and could not be read, so that its value here is not what was meant.</summary>
    public void MarkUnreadable(ConfigKey key) => _unreadable.Add(key);

    /// <summary>Whether all of these settings are what was meant.</summary>
    public bool AreReadable(params ReadOnlySpan<ConfigKey> keys)
    {
        foreach (ConfigKey key in keys)
        {
            if (_unreadable.Contains(key))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>All settings as one JSON object with its sections; those without a value are left out.</summary>
    public JsonObject ToJson() => ToJson(ConfigKeys.All);

    /// <summary>The same of some settings.</summary>
    public JsonObject ToJson(IEnumerable<ConfigKey> keys)
    {
        var root = new JsonObject();
        foreach (ConfigKey key in keys)
        {
            if (Json(key) is not { } value)
            {
                continue;
            }

            string[] parts = key.Path.Split(':');
            JsonObject section = root;
            foreach (string part in parts[..^1])
            {
                section[part] ??= new JsonObject();
                section = section[part]!.AsObject();
            }

            section[parts[^1]] = value;
        }

        return root;
    }
}
