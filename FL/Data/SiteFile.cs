using System.Text.Json.Serialization;

namespace FedActors.FL.Data;

/// <summary>One site's examples in a data set on disk.</summary>
/// <param name="Name">The site: 1 to 64 letters, digits, dots, dashes or underscores.</param>
/// <param name="File">An npz file beside the manifest, with arrays <c>X</c> float32 [rows, features] and <c>y</c> int64 [rows]; or an npy file of examples, and then there are <see cref="Labels"/>.</param>
/// <param name="Rows">Examples in it.</param>
/// <param name="Sha256">The file's SHA-256 in lower-case hex.</param>
public sealed record SiteFile(string Name, string File, int Rows, string Sha256)
{
    /// <summary>The ending of files that hold examples alone.</summary>
    internal const string NpySuffix = ".npy";

    /// <summary>The labels of an npy file's examples; null for an npz file, which holds them itself.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SiteLabels? Labels { get; init; }
}

/// <summary>Labels in a file of their own.</summary>
/// <param name="File">An npy file beside the manifest, int64 [rows].</param>
/// <param name="Sha256">Its SHA-256 in lower-case hex.</param>
public sealed record SiteLabels(string File, string Sha256);
