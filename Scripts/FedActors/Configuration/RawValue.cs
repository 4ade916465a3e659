using System.Text.Json;

namespace FedActors.Scripts.Configuration;

/// <summary>A value as a source wrote it.</summary>
/// <param name="Path">For instance <c>Training:Rounds</c>, as the source spelt it.</param>
/// <param name="Text">The value's text; of JSON strings without the quotes.</param>
/// <param name="Kind">Its JSON kind, or <see cref="JsonValueKind.Undefined"/> from a source that knows only text.</param>
/// <param name="Origin">The source and the place in it, for people.</param>
internal sealed record RawValue(string Path, string Text, JsonValueKind Kind, string Origin)
{
    /// <summary>How a fault quotes it: JSON strings in quotes, so that "20" and 20 can be told apart.</summary>
    public string Quoted => Kind is JsonValueKind.String or JsonValueKind.Array or JsonValueKind.Undefined ? $"\"{Text}\"" : Text;

    /// <summary>Whether the text may be read as a number or a truth value: JSON must say so itself, other sources cannot.</summary>
    public bool MayBe(JsonValueKind kind) => Kind == JsonValueKind.Undefined || Kind == kind;
}
