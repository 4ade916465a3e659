using System.Text.Json;
using System.Text.Json.Nodes;

namespace FedActors.Scripts.Configuration;

/// <summary>The JSON schema of fed.json, by which an editor completes and checks while one writes.</summary>
internal static class ConfigSchema
{
    public static JsonObject Build()
    {
        JsonObject root = Section();
        root["properties"]!.AsObject()["$schema"] = new JsonObject { ["type"] = "string" };
        foreach (ConfigKey key in ConfigKeys.All)
        {
            string[] parts = key.Path.Split(':');
            JsonObject properties = root["properties"]!.AsObject();
            foreach (string part in parts[..^1])
            {
                properties[part] ??= Section();
                properties = properties[part]!["properties"]!.AsObject();
            }

            properties[parts[^1]] = Describe(key);
        }

        return new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "FedActors configuration",
        }.With(root);
    }

    /// <summary>As it is committed: indented, with a newline at the end.</summary>
    public static string Text() => Build().ToJsonString(new JsonSerializerOptions { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" }) + "\n";

    private static JsonObject Section() => new() { ["type"] = "object", ["additionalProperties"] = false, ["properties"] = new JsonObject() };

    private static JsonObject Describe(ConfigKey key)
    {
        JsonObject schema = new JsonObject { ["description"] = key.Description }.With(key.Schema());
        if (key.DefaultJson is { } value)
        {
            schema["default"] = value;
        }

        return schema;
    }

    private static JsonObject With(this JsonObject target, JsonObject more)
    {
        foreach ((string name, JsonNode? value) in more)
        {
            target[name] = value?.DeepClone();
        }

        return target;
    }
}
