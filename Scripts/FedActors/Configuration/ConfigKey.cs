using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace FedActors.Scripts.Configuration;

/// <summary>One setting: the single place that its path, meaning, range, default, schema and documentation come from.</summary>
internal abstract class ConfigKey(string path, string description, string allowed)
{
    /// <summary>Sections and name, joined by colons.</summary>
    public string Path { get; } = path;

    /// <summary>What it decides, with its unit; a sentence.</summary>
    public string Description { get; } = description;

    /// <summary>What a value may be, to follow "must be".</summary>
    public string Allowed { get; } = allowed;

    /// <summary>The default as JSON, or null where there is none.</summary>
    public abstract JsonNode? DefaultJson { get; }

    /// <summary>Whether a value is a list, which JSON writes as one and every other source with commas.</summary>
    public virtual bool IsList => false;

    /// <summary>Whether a list's values may be numbers.</summary>
    public virtual bool ListsNumbers => false;

    /// <summary>The name that a misspelt value was probably meant to be, or null.</summary>
    public virtual string? Meant(string text) => null;

    /// <summary>What is wrong in a value that is not allowed, where that can be told from the rest; or null.</summary>
    public virtual string? FindFault(RawValue raw) => null;

    /// <summary>The JSON schema of a value.</summary>
    public abstract JsonObject Schema();

    /// <summary>Reads a value; false when it is not allowed.</summary>
    public abstract bool TryRead(RawValue raw, out object? value);

    /// <summary>A value of this key as JSON.</summary>
    public abstract JsonNode? ToJson(object? value);
}

/// <summary>A setting whose values are of one type.</summary>
/// <param name="path">See <see cref="ConfigKey.Path"/>.</param>
/// <param name="defaultValue">The value when no source has one.</param>
/// <param name="description">See <see cref="ConfigKey.Description"/>.</param>
/// <param name="kind">How its values are read, checked and shown.</param>
internal sealed class ConfigKey<T>(string path, T defaultValue, string description, ConfigKind<T> kind) : ConfigKey(path, description, kind.Allowed)
{
    public T Default { get; } = defaultValue;

    public override JsonNode? DefaultJson => ToJson(Default);

    public override bool IsList => Default is System.Collections.IEnumerable and not string;

    public override string? Meant(string text) => Spelling.Nearest(text, kind.Names);

    public override string? FindFault(RawValue raw) => kind.FindFault(raw);

    public override JsonObject Schema() => kind.Schema();

    public override bool TryRead(RawValue raw, [MaybeNullWhen(false)] out object? value)
    {
        bool read = kind.TryRead(raw, out T? typed);
        value = typed;
        return read;
    }

    public override JsonNode? ToJson(object? value) => value is null ? null : kind.ToJson((T)value);
}
