namespace FedActors.Actors.Transport.Tls;

/// <summary>How TLS is used. As it stands, both sides show a certificate and each checks the other's.</summary>
public sealed record TlsOptions
{
    private readonly Func<TlsCredentials> _credentials = null!;

    /// <summary>Asked at every handshake, so that renewed certificates are used without a restart.</summary>
    public required Func<TlsCredentials> Credentials
    {
        get => _credentials;
        init => _credentials = value ?? throw new ArgumentNullException(nameof(value));
    }

    /// <summary>The name to find in the certificate of the node that is dialled; null for the host in its address.</summary>
    public string? ExpectedName { get; init; }

    /// <summary>Off, dialers need no certificate: anybody who reaches the port may take part. Logged as a warning.</summary>
    public bool RequireClientCertificate { get; init; } = true;

    /// <summary>Off, the dialled node's certificate may name another host. Logged as a warning.</summary>
    public bool VerifyHostName { get; init; } = true;

    /// <summary>Off, any certificate is believed, so that anybody between the nodes can read and change what they say. Logged as a warning.</summary>
    public bool VerifyAuthority { get; init; } = true;
}
