using System.Text;

namespace FedActors.Scripts.Configuration;

/// <summary>All settings as a table for docs/configuration.md.</summary>
internal static class ConfigReference
{
    public static string Markdown()
    {
        var text = new StringBuilder("| Setting | Default | What it decides | Allowed |\n|---|---|---|---|\n");
        foreach (ConfigKey key in ConfigKeys.All)
        {
            string value = key.DefaultJson is { } json ? $"`{json.ToJsonString()}`" : "none";
            text.Append($"| `{key.Path}` | {value} | {key.Description} | {key.Allowed} |\n");
        }

        return text.ToString();
    }
}
