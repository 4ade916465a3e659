using System.Globalization;

namespace FedActors.Scripts.Measuring;

/// <summary>Whether the compiler of this process watches code at work and compiles it anew by what it has seen.</summary>
/// <remarks>.NET does unless it is told otherwise. This program tells it otherwise (docs/adr/0039); who embeds its libraries decides alone.</remarks>
internal static class CompilerProfiling
{
    /// <summary>The variable by which a person decides.</summary>
    public const string Variable = "DOTNET_TieredPGO";

    public static bool IsOn => IsOnBy(
        Environment.GetEnvironmentVariable,
        static name => AppContext.TryGetSwitch(name, out bool value) ? value : null);

    /// <summary>As the runtime reads it: a variable, a hexadecimal number, goes before what the program's own settings say.</summary>
    /// <param name="variable">The value of an environment variable.</param>
    /// <param name="setting">The program's setting of a name.</param>
    internal static bool IsOnBy(Func<string, string?> variable, Func<string, bool?> setting) =>
        Has("TieredPGO", variable, setting) && Has("TieredCompilation", variable, setting);

    private static bool Has(string name, Func<string, string?> variable, Func<string, bool?> setting) =>
        uint.TryParse(variable("DOTNET_" + name), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out uint value)
            ? value != 0
            : setting("System.Runtime." + name) ?? true;
}
