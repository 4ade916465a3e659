using System.Text.Json;
using System.Text.Json.Nodes;
using FedActors.Scripts.Configuration;

namespace FedActors.Scripts.Scenarios;

/// <summary>A setting under <c>Sweep</c>: a list of values for it, each of which is run.</summary>
/// <param name="setting">The setting that is swept over.</param>
internal sealed class SweepKey(ConfigKey setting) : ConfigKey(Section + setting.Path, $"Values of {setting.Path}, each of which is run.", $"a list of values, each of which must be {setting.Allowed}{(setting.IsList ? $"; within a list of lists they are joined by {Joint}, and {None} is an empty one" : "")}")
{
    /// <summary>What paths begin with.</summary>
    public const string Section = "Sweep:";

    /// <summary>Joins the values of a list among lists, whose commas are taken.</summary>
    private const char Joint = '+';

    private const string None = "none";

    /// <summary>The setting.</summary>
    public ConfigKey Setting => setting;

    public override JsonNode? DefaultJson => null;

    public override bool IsList => true;

    public override bool ListsNumbers => true;

    public override JsonObject Schema() => new() { ["type"] = "array", ["items"] = setting.Schema() };

    /// <summary>Reads a list of <see cref="SweptValue"/>.</summary>
    public override bool TryRead(RawValue raw, out object? value)
    {
        List<SweptValue> values = [];
        foreach (string part in raw.Text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!setting.TryRead(raw with { Path = setting.Path, Text = setting.IsList ? part == None ? "" : part.Replace(Joint, ',') : part, Kind = JsonValueKind.Undefined }, out object? read))
            {
                value = null;
                return false;
            }

            values.Add(new SweptValue(setting, part, read, raw.Origin));
        }

        value = values;
        return values.Count > 0;
    }

    public override JsonNode? ToJson(object? value) => new JsonArray([.. ((IEnumerable<SweptValue>)value!).Select(swept => setting.ToJson(swept.Value))]);
}

/// <summary>One value of a sweep.</summary>
/// <param name="Setting">What is set.</param>
/// <param name="Text">To what, as it was written.</param>
/// <param name="Value">The same as it is used.</param>
/// <param name="Origin">Where it was written.</param>
internal sealed record SweptValue(ConfigKey Setting, string Text, object? Value, string Origin);
