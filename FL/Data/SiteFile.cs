namespace FedActors.FL.Data;

/// <summary>One site's examples in a data set on disk.</summary>
/// <param name="Name">The site: 1 to 64 letters, digits, dots, dashes or underscores.</param>
/// <param name="File">An npz file beside the manifest, with arrays <c>X</c> float32 [rows, features] and <c>y</c> int64 [rows].</param>
/// <param name="Rows">Examples in it.</param>
/// <param name="Sha256">The file's SHA-256 in lower-case hex.</param>
public sealed record SiteFile(string Name, string File, int Rows, string Sha256);
