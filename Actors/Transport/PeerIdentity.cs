namespace FedActors.Actors.Transport;

/// <summary>Who the other end of a connection has proved to be, by its certificate.</summary>
/// <param name="Subject">The certificate's distinguished name.</param>
/// <param name="Names">Its DNS names and IP addresses.</param>
/// <param name="Thumbprint">SHA-256 of the certificate, lower-case hex.</param>
/// <param name="NotAfter">When it expires.</param>
public sealed record PeerIdentity(string Subject, IReadOnlyList<string> Names, string Thumbprint, DateTimeOffset NotAfter)
{
    /// <summary>The organisational units of its subject. A federation may read roles from them.</summary>
    public IReadOnlyList<string> Units { get; init; } = [];

    /// <summary>The common name of its subject; empty if it has none.</summary>
    public string CommonName { get; init; } = "";

    /// <summary>Whether the certificate stands for a name. This machine's own names, which every node's certificate may bear, stand for nobody.</summary>
    public bool IsNamed(string name) =>
        name is not ("localhost" or "127.0.0.1" or "::1") && (string.Equals(CommonName, name, StringComparison.Ordinal) || Names.Contains(name, StringComparer.Ordinal));
}
