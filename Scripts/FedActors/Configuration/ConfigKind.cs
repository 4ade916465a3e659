using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace FedActors.Scripts.Configuration;

/// <summary>How values of one kind are read, checked, shown, and described to an editor.</summary>
/// <param name="Allowed">To follow "must be".</param>
/// <param name="TryRead">Reads and checks.</param>
/// <param name="ToJson">Shows.</param>
/// <param name="Schema">Describes; a new object each time.</param>
internal sealed record ConfigKind<T>(string Allowed, ConfigReader<T> TryRead, Func<T, JsonNode> ToJson, Func<JsonObject> Schema)
{
    /// <summary>The names that a value may be, where it is one of a few.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Says of a value that is not allowed what in it is wrong, where that can be told from the rest; or null.</summary>
    public Func<RawValue, string?> FindFault { get; init; } = static _ => null;
}

/// <summary>Reads a raw value; false when it is not allowed.</summary>
internal delegate bool ConfigReader<T>(RawValue raw, [MaybeNullWhen(false)] out T value);
