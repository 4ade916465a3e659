using System.Security.Cryptography.X509Certificates;
using FedActors.Actors.Transport.Tls;
using FedActors.Scripts.Configuration;

namespace FedActors.Scripts.Security;

/// <summary>The certificates on disk, read again when a file has changed: renewed ones are used from the next handshake on, without a restart.</summary>
internal sealed class CertificateFiles(TlsConfig tls)
{
    private readonly Lock _sync = new();
    private DateTime _version;
    private TlsCredentials? _credentials;

    /// <exception cref="TlsCredentialsException">A file is missing or not what it should be.</exception>
    public TlsCredentials Current()
    {
        lock (_sync)
        {
            DateTime version = Paths().Max(File.GetLastWriteTimeUtc);
            if (_credentials is null || version != _version)
            {
                _credentials = Read();
                _version = version;
            }

            return _credentials;
        }
    }

    private IEnumerable<string> Paths() => new[] { tls.Certificate, tls.Key, tls.Authority }.OfType<string>();

    private TlsCredentials Read()
    {
        if (tls is { Certificate: { } certificate, Key: { } key })
        {
            // A listener that asks nobody for a certificate still needs a list of whom it would believe: itself.
            return TlsCredentials.FromPemFiles(certificate, key, tls.Authority ?? certificate);
        }

        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(tls.Authority!);
            return new TlsCredentials(null, [], authorities);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or System.Security.Cryptography.CryptographicException)
        {
            throw new TlsCredentialsException($"{tls.Authority} is no list of certificates in PEM form ({exception.Message})", exception);
        }
    }
}
