using System.Text;
using System.Text.Json;

namespace FedActors.Scripts.Configuration;

/// <summary>Reads a JSON file into values that know the line they stand on. Comments and trailing commas are allowed, as in every .NET configuration.</summary>
internal static class ConfigFile
{
    /// <summary>A configuration is written by people; a larger file is a mistake, and is not read into memory.</summary>
    public const int MaxBytes = 1 << 20;

    private static readonly JsonReaderOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 16 };

    /// <summary>Reads a file that exists.</summary>
    public static void Read(string path, ConfigVocabulary vocabulary, ICollection<RawValue> values, ICollection<ConfigFault> faults)
    {
        try
        {
            if (new FileInfo(path).Length > MaxBytes)
            {
                faults.Add(new ConfigFault(path, null, null, $"the file is larger than a configuration may be ({MaxBytes:N0} bytes)"));
                return;
            }

            Parse(File.ReadAllBytes(path), path, vocabulary, values, faults);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            faults.Add(new ConfigFault(path, null, null, $"the file cannot be read ({exception.Message})"));
        }
    }

    /// <summary>Reads JSON text.</summary>
    public static void Parse(ReadOnlySpan<byte> json, string name, ConfigVocabulary vocabulary, ICollection<RawValue> values, ICollection<ConfigFault> faults)
    {
        json = json.StartsWith(Encoding.UTF8.Preamble) ? json[Encoding.UTF8.Preamble.Length..] : json;
        var reader = new Utf8JsonReader(json, Options);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                faults.Add(new ConfigFault(name, null, null, "the file must hold one JSON object"));
                return;
            }

            Object(ref reader, json, name, prefix: string.Empty, vocabulary, values, faults);
            reader.Read();
        }
        catch (JsonException exception)
        {
            faults.Add(new ConfigFault(name, null, $"{name}:{exception.LineNumber + 1}", $"the file is no JSON from column {exception.BytePositionInLine + 1} of this line on: a bracket, comma or quotation mark may be missing or too many there"));
        }
        catch (InvalidOperationException)
        {
            // The reader's word for text that is no Unicode: bytes of another encoding, or half of a surrogate pair.
            faults.Add(new ConfigFault(name, null, $"{name}:{Line(json, reader.TokenStartIndex)}", "the text is no Unicode: save the file as UTF-8"));
        }
    }

    private static void Object(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, string name, string prefix, ConfigVocabulary vocabulary, ICollection<RawValue> values, ICollection<ConfigFault> faults)
    {
        var lines = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            string path = prefix + reader.GetString();
            int line = Line(json, reader.TokenStartIndex);
            string origin = $"{name}:{line}";
            if (!lines.TryAdd(path, line))
            {
                faults.Add(new ConfigFault(path, null, origin, $"is written twice, first on line {lines[path]}; keep one"));
            }

            reader.Read();
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject when vocabulary.Find(path) is null:
                    Object(ref reader, json, name, path + ":", vocabulary, values, faults);
                    break;
                case JsonTokenType.StartArray when vocabulary.Find(path) is { IsList: true } key:
                    List(ref reader, key, path, origin, values, faults);
                    break;
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    faults.Add(new ConfigFault(path, null, origin, Expected(vocabulary, path)));
                    reader.Skip();
                    break;
                case var _ when path == "$schema":
                    break;
                default:
                    values.Add(new RawValue(path, Text(ref reader), Kind(reader.TokenType), origin));
                    break;
            }
        }
    }

    /// <summary>A list of texts without commas, or of numbers where the setting allows them, which is how every other source writes a list.</summary>
    private static void List(ref Utf8JsonReader reader, ConfigKey key, string path, string origin, ICollection<RawValue> values, ICollection<ConfigFault> faults)
    {
        var items = new List<string>();
        bool isRight = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            bool isItem = reader.TokenType == JsonTokenType.String ? !reader.GetString()!.Contains(',') : key.ListsNumbers && reader.TokenType == JsonTokenType.Number;
            isRight &= isItem;
            if (isItem)
            {
                items.Add(Text(ref reader));
            }

            reader.Skip();
        }

        if (isRight)
        {
            values.Add(new RawValue(path, string.Join(',', items), JsonValueKind.Array, origin));
        }
        else
        {
            faults.Add(new ConfigFault(path, null, origin, $"must be {key.Allowed}"));
        }
    }

    private static string Expected(ConfigVocabulary vocabulary, string path) => vocabulary.Find(path) is { } key ? $"must be {key.Allowed}" : "lists are not allowed here";

    private static string Text(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.String ? reader.GetString()! : Encoding.UTF8.GetString(reader.ValueSpan);

    private static JsonValueKind Kind(JsonTokenType token) => token switch
    {
        JsonTokenType.String => JsonValueKind.String,
        JsonTokenType.Number => JsonValueKind.Number,
        JsonTokenType.True => JsonValueKind.True,
        JsonTokenType.False => JsonValueKind.False,
        _ => JsonValueKind.Null,
    };

    private static int Line(ReadOnlySpan<byte> json, long index) => json[..(int)index].Count((byte)'\n') + 1;
}
