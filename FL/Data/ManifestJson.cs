using System.Text.Json.Serialization;

namespace FedActors.FL.Data;

/// <summary>The manifest's JSON: snake_case names, indented, unknown fields refused so that a slip of the pen is seen.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false,
    MaxDepth = 8)]
[JsonSerializable(typeof(DataManifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
