using System.Text.Json;
using System.Text.Json.Nodes;
using FedActors.FL.Configuration;

namespace FedActors.Scripts.Trainers;

/// <summary>A package's manifest: the command of each entry point, a program and its arguments.</summary>
internal sealed class PackageManifest
{
    /// <summary>Its name, at the archive's top.</summary>
    public const string FileName = "trainer.json";

    /// <summary>Largest manifest: some commands.</summary>
    public const int MaxBytes = 1 << 16;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private readonly Dictionary<EntryPoint, string[]> _commands = [];
    private readonly string _package;

    private PackageManifest(string package) => _package = package;

    /// <summary>What there are commands for.</summary>
    public EntryPoint EntryPoints => _commands.Keys.Aggregate(EntryPoint.None, (all, point) => all | point);

    /// <summary>Reads it.</summary>
    /// <param name="text">The manifest.</param>
    /// <param name="package">The package as messages name it.</param>
    /// <exception cref="TrainerException">It is out of order.</exception>
    public static PackageManifest Parse(string text, string package)
    {
        try
        {
            return Read(text, package);
        }
        catch (Exception e) when (e is JsonException or (InvalidOperationException and not TrainerException))
        {
            // Text that is no text, such as half a pair of surrogates, is found when it is looked at.
            throw new TrainerException($"The manifest {FileName} of {package} is no JSON: {e.Message}", e);
        }
    }

    private static PackageManifest Read(string text, string package)
    {
        JsonObject points = JsonNode.Parse(text, documentOptions: Strict) is JsonObject all && all["entry_points"] is JsonObject { Count: > 0 } found
            ? found
            : throw new TrainerException($"The manifest {FileName} of {package} has no entry_points: an object with train, validate or predict.");
        PackageManifest manifest = new(package);
        foreach ((string name, JsonNode? command) in points)
        {
            EntryPoint point = Of(name) ?? throw new TrainerException($"The manifest {FileName} of {package} has an entry point \"{name}\"; there are train, validate and predict.");
            manifest._commands[point] = command is JsonArray { Count: > 0 } words && words.All(word => word?.GetValueKind() == JsonValueKind.String)
                ? [.. words.Select(word => word!.GetValue<string>())]
                : throw new TrainerException($"entry_points.{name} in the manifest {FileName} of {package} is no list of a program and its arguments.");
        }

        return manifest;
    }

    /// <summary>The command of an entry point.</summary>
    /// <exception cref="TrainerException">There is none.</exception>
    public string[] CommandOf(EntryPoint point) => _commands.GetValueOrDefault(point)
        ?? throw new TrainerException($"{_package} has no entry point {NameOf(point)}; its {FileName} names {string.Join(" and ", _commands.Keys.Select(NameOf))}.");

    /// <summary>An entry point as manifests and command lines name it.</summary>
    public static string NameOf(EntryPoint point) => point.ToString().ToLowerInvariant();

    private static EntryPoint? Of(string name) =>
        Enum.GetValues<EntryPoint>().Where(point => point != EntryPoint.None && NameOf(point) == name).Select(point => (EntryPoint?)point).FirstOrDefault();
}
