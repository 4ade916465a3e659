using FedActors.Actors.Transport.Tls;
using FedActors.Scripts.Configuration;
using Microsoft.Extensions.Logging;

namespace FedActors.Scripts.Security;

/// <summary>The certificates on disk, read again when a file has changed: new ones are used from the next handshake on, without a restart.</summary>
/// <remarks>
/// A change is looked for at each handshake, so nothing polls. Files are replaced one after the other, and hands slip: what cannot be used
/// is said aloud, once, and the former certificates stay in use until the files change again.
/// </remarks>
internal sealed partial class CertificateFiles(TlsConfig tls, TimeProvider time, ILogger log)
{
    private readonly Lock _sync = new();
    private string _version = "";
    private TlsCredentials? _credentials;

    /// <exception cref="TlsCredentialsException">A file is missing or not what it should be, and none was usable before.</exception>
    public TlsCredentials Current()
    {
        lock (_sync)
        {
            string version = string.Join('|', Paths().Select(Describe));
            if (_credentials is null)
            {
                _credentials = Read();
                WarnOfAge(_credentials);
            }
            else if (version != _version)
            {
                Reload(_credentials);
            }

            _version = version;
            return _credentials;
        }
    }

    private void Reload(TlsCredentials former)
    {
        try
        {
            _credentials = Read();
            Reloaded(log, _credentials.Subject ?? "none", _credentials.NotAfter);
            WarnOfAge(_credentials);
        }
        catch (TlsCredentialsException exception)
        {
            NotReloaded(log, exception.Message, former.Subject ?? "none", former.NotAfter);
        }
    }

    private void WarnOfAge(TlsCredentials credentials)
    {
        if (credentials.RevocationsDue is { } due && due < time.GetUtcNow())
        {
            RevocationsOld(log, tls.Revocations!, due);
        }
    }

    private IEnumerable<string> Paths() => new[] { tls.Certificate, tls.Key, tls.Authority, tls.Revocations }.OfType<string>();

    /// <summary>A file that is replaced within the clock's granularity usually has another length.</summary>
    private static string Describe(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? $"{file.LastWriteTimeUtc.Ticks}/{file.Length}" : "missing";
    }

    // A listener that asks nobody for a certificate still needs a list of whom it would believe: itself.
    private TlsCredentials Read() => tls is { Certificate: { } certificate, Key: { } key }
        ? TlsCredentials.FromPemFiles(certificate, key, tls.Authority ?? certificate, tls.Revocations)
        : TlsCredentials.WithoutCertificate(tls.Authority!, tls.Revocations);

    [LoggerMessage(3100, LogLevel.Information, "New certificate files are in use: {Subject}, valid until {NotAfter:u}")]
    private static partial void Reloaded(ILogger log, string subject, DateTimeOffset? notAfter);

    [LoggerMessage(3101, LogLevel.Error, "The certificate files have changed and cannot be used: {Reason} The former certificate stays in use: {Subject}, valid until {NotAfter:u}")]
    private static partial void NotReloaded(ILogger log, string reason, string subject, DateTimeOffset? notAfter);

    [LoggerMessage(3102, LogLevel.Warning, "The revocation list {File} should have been replaced by {Due:u}: what was revoked since then is not known here")]
    private static partial void RevocationsOld(ILogger log, string file, DateTimeOffset due);
}
