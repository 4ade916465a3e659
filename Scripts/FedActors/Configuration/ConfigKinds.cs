using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FedActors.Scripts.Configuration;

/// <summary>The kinds in use.</summary>
internal static class ConfigKinds
{
    /// <summary>Entries of one list: a federation's addresses fit, a file put in by mistake does not.</summary>
    private const int MaxItems = 10_000;

    public static ConfigKind<int> Integer(int least, int most) => new(
        $"a whole number from {least:N0} to {most:N0}",
        (RawValue raw, out int value) =>
        {
            value = 0;
            return raw.MayBe(JsonValueKind.Number) && int.TryParse(raw.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && value >= least && value <= most;
        },
        value => value,
        () => new JsonObject { ["type"] = "integer", ["minimum"] = least, ["maximum"] = most });

    public static ConfigKind<ulong> Unsigned() => new(
        "a whole number from 0 to 18,446,744,073,709,551,615",
        (RawValue raw, out ulong value) =>
        {
            value = 0;
            return raw.MayBe(JsonValueKind.Number) && ulong.TryParse(raw.Text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
        },
        value => value,
        () => new JsonObject { ["type"] = "integer", ["minimum"] = 0, ["maximum"] = ulong.MaxValue });

    /// <summary>A number in a range whose lower end may be outside it, in the precision that the program computes in.</summary>
    public static ConfigKind<T> Number<T>(T least, T most, bool over = false)
        where T : struct, IFloatingPointIeee754<T> => new(
        string.Create(CultureInfo.InvariantCulture, $"a number {(over ? "over" : "from")} {least} {(over ? "and at most" : "to")} {most}"),
        (RawValue raw, out T value) =>
        {
            value = default;
            return raw.MayBe(JsonValueKind.Number) && T.TryParse(raw.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && (over ? value > least : value >= least) && value <= most;
        },
        Json,
        () => new JsonObject { ["type"] = "number", [over ? "exclusiveMinimum" : "minimum"] = Json(least), ["maximum"] = Json(most) });

    /// <summary>A number, or nothing for what the reader of the setting decides.</summary>
    public static ConfigKind<T?> Optional<T>(ConfigKind<T> number)
        where T : struct => new(
        number.Allowed,
        (RawValue raw, out T? value) =>
        {
            bool read = number.TryRead(raw, out T known);
            value = read ? known : null;
            return read;
        },
        value => number.ToJson(value!.Value),
        number.Schema);

    public static ConfigKind<TimeSpan> Duration(TimeSpan least, TimeSpan most) => new(
        $"a duration from {DurationText.Spoken(least)} to {DurationText.Spoken(most)}, written as hh:mm:ss or like 30s, 5m, 2h",
        (RawValue raw, out TimeSpan value) =>
        {
            value = default;
            return raw.MayBe(JsonValueKind.String) && DurationText.TryParse(raw.Text, out value) && value >= least && value <= most;
        },
        value => DurationText.Format(value),
        () => new JsonObject { ["type"] = "string", ["pattern"] = DurationText.Pattern });

    public static ConfigKind<string> Choice(params string[] allowed) => new(
        allowed.Length == 1 ? $"\"{allowed[0]}\"" : $"one of {string.Join(", ", allowed.Select(a => $"\"{a}\""))}",
        (RawValue raw, [MaybeNullWhen(false)] out string value) =>
        {
            value = allowed.FirstOrDefault(a => string.Equals(a, raw.Text, StringComparison.OrdinalIgnoreCase));
            return raw.MayBe(JsonValueKind.String) && value is not null;
        },
        value => value,
        () => new JsonObject { ["enum"] = new JsonArray([.. allowed.Select(a => (JsonNode)a)]) })
    {
        Names = allowed,
    };

    public static ConfigKind<string> Text(string allowed) => new(
        allowed,
        (RawValue raw, [MaybeNullWhen(false)] out string value) =>
        {
            value = raw.Text;
            return raw.MayBe(JsonValueKind.String) && !string.IsNullOrWhiteSpace(value);
        },
        value => value,
        () => new JsonObject { ["type"] = "string", ["minLength"] = 1 });

    /// <summary>A text of a form that a condition tells.</summary>
    public static ConfigKind<string> Text(string allowed, Func<string, bool> isAllowed)
    {
        ConfigKind<string> text = Text(allowed);
        return text with { TryRead = (RawValue raw, [MaybeNullWhen(false)] out string value) => text.TryRead(raw, out value) && isAllowed(value) };
    }

    public static ConfigKind<string> Address()
    {
        ConfigKind<string> text = Text("a host name or an address, with a port if it has one of its own: 10.0.0.2, fed.example.org:5001, [::1]:5001");
        return text with { TryRead = (RawValue raw, [MaybeNullWhen(false)] out string value) => text.TryRead(raw, out value) && AddressText.TryParse(value, defaultPort: 0, out _) };
    }

    /// <summary>Some texts, each of which a condition allows. Their number is bounded, since a configuration is written by people.</summary>
    public static ConfigKind<IReadOnlyList<string>> List(string allowed, Func<string, bool> isAllowed) =>
        List(allowed, item => isAllowed(item) ? null : $"\"{item}\" is none");

    /// <summary>The same, where a text that is not allowed has a fault of its own.</summary>
    public static ConfigKind<IReadOnlyList<string>> List(string allowed, Func<string, string?> findFault) => new(
        $"a list, which text writes with commas, of {allowed}",
        (RawValue raw, [MaybeNullWhen(false)] out IReadOnlyList<string> value) =>
        {
            string[] items = Items(raw);
            value = items;
            return raw.Kind is JsonValueKind.Array or JsonValueKind.String or JsonValueKind.Undefined && items.Length <= MaxItems && items.All(item => findFault(item) is null);
        },
        value => new JsonArray([.. value.Select(v => (JsonNode)v)]),
        () => new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string", ["minLength"] = 1 }, ["maxItems"] = MaxItems })
    {
        FindFault = raw => Items(raw).Select(findFault).FirstOrDefault(fault => fault is not null),
    };

    public static ConfigKind<IReadOnlyList<string>> Addresses() =>
        List("addresses, each with a port if it has one of its own: 10.0.0.2, fed.example.org:5210, [::1]:5210", item => AddressText.TryParse(item, defaultPort: 0, out _));

    public static ConfigKind<bool> Switch() => new(
        "true or false",
        (RawValue raw, out bool value) =>
        {
            value = false;
            return (raw.MayBe(JsonValueKind.True) || raw.MayBe(JsonValueKind.False)) && bool.TryParse(raw.Text, out value);
        },
        value => value,
        () => new JsonObject { ["type"] = "boolean" });

    public static ConfigKind<int> Port() => Integer(0, 65_535) with { Allowed = "a port from 0 to 65,535, where 0 lets the system pick a free one" };

    private static string[] Items(RawValue raw) => raw.Text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static JsonNode Json<T>(T value)
        where T : IFormattable => JsonNode.Parse(value.ToString("R", CultureInfo.InvariantCulture))!;
}
