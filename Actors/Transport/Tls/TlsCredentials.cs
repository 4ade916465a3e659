using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FedActors.Actors.Security;

namespace FedActors.Actors.Transport.Tls;

/// <summary>What one side shows, and whom it believes.</summary>
public sealed class TlsCredentials
{
    /// <summary>Creates credentials.</summary>
    /// <param name="certificate">This node's certificate with its private key; null for a dialer that shows none.</param>
    /// <param name="intermediates">Certificates between it and the authority; empty if the authority issued it directly.</param>
    /// <param name="authorities">Whose certificates are believed. The machine's own list is not used.</param>
    /// <param name="revocations">What the authorities have taken back.</param>
    public TlsCredentials(
        X509Certificate2? certificate, IEnumerable<X509Certificate2> intermediates, IEnumerable<X509Certificate2> authorities, IEnumerable<RevocationList>? revocations = null)
    {
        ArgumentNullException.ThrowIfNull(intermediates);
        ArgumentNullException.ThrowIfNull(authorities);
        if (certificate is { HasPrivateKey: false })
        {
            throw new ArgumentException($"The certificate {certificate.Subject} comes without its private key.", nameof(certificate));
        }

        Authorities = [.. authorities];
        Revocations = [.. revocations ?? []];
        if (Authorities.Count == 0)
        {
            throw new ArgumentException("There is no authority: nobody could be believed.", nameof(authorities));
        }

        if (certificate is not null)
        {
            Certificate = SslStreamCertificateContext.Create(certificate, [.. intermediates], offline: true);
        }
    }

    /// <summary>What is shown, or null.</summary>
    internal SslStreamCertificateContext? Certificate { get; }

    /// <summary>Whom to believe.</summary>
    internal X509Certificate2Collection Authorities { get; }

    /// <summary>This node's certificate's subject, or null.</summary>
    public string? Subject => Certificate?.TargetCertificate.Subject;

    /// <summary>When this node's certificate expires, or null if it has none.</summary>
    public DateTimeOffset? NotAfter => Certificate?.TargetCertificate.NotAfter.ToUniversalTime();

    /// <summary>When the first of the revocation lists should have been replaced, or null if none says. What it revokes stays revoked after that.</summary>
    public DateTimeOffset? RevocationsDue => Revocations.Min(list => list.NextUpdate);

    /// <summary>Whom not to believe any more.</summary>
    internal IReadOnlyList<RevocationList> Revocations { get; }

    /// <summary>Reads credentials from PEM files.</summary>
    /// <param name="certificatePath">This node's certificate, followed by intermediates if there are any.</param>
    /// <param name="keyPath">Its private key.</param>
    /// <param name="authorityPath">One or more authorities' certificates.</param>
    /// <param name="revocationPath">Their revocation lists, or null for none.</param>
    /// <exception cref="TlsCredentialsException">A file is missing or not what it should be; the message names it.</exception>
    public static TlsCredentials FromPemFiles(string certificatePath, string keyPath, string authorityPath, string? revocationPath = null)
    {
        X509Certificate2Collection authorities = ReadAll(authorityPath);
        IReadOnlyList<RevocationList> revocations = ReadRevocations(revocationPath, authorities);
        X509Certificate2Collection chain = ReadAll(certificatePath);
        X509Certificate2 certificate = Read(keyPath, path => X509Certificate2.CreateFromPemFile(certificatePath, path));
        if (OperatingSystem.IsWindows())
        {
            // Windows' TLS does not take a key that lives in memory alone; through PKCS #12 it gets one that it takes.
            certificate = X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
        }

        return new TlsCredentials(certificate, chain.Skip(1), authorities, revocations);
    }

    /// <summary>Reads credentials of a dialer that shows no certificate.</summary>
    /// <inheritdoc cref="FromPemFiles"/>
    public static TlsCredentials WithoutCertificate(string authorityPath, string? revocationPath = null)
    {
        X509Certificate2Collection authorities = ReadAll(authorityPath);
        return new TlsCredentials(null, [], authorities, ReadRevocations(revocationPath, authorities));
    }

    private static IReadOnlyList<RevocationList> ReadRevocations(string? path, X509Certificate2Collection authorities) =>
        path is null ? [] : Read(path, p => (IReadOnlyList<RevocationList>)[.. PemFile.ReadRevocationLists(p).Select(list => RevocationList.Read(list, [.. authorities]))]);

    private static X509Certificate2Collection ReadAll(string path)
    {
        var found = new X509Certificate2Collection();
        Read(path, p =>
        {
            found.ImportFromPemFile(p);
            return found;
        });
        return found.Count > 0 ? found : throw new TlsCredentialsException($"{path} holds no certificate in PEM form.");
    }

    private static T Read<T>(string path, Func<string, T> read)
    {
        try
        {
            return read(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TlsCredentialsException($"{path} cannot be read: {e.Message}", e);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new TlsCredentialsException($"{path} is not usable: {e.Message.Split(" (Parameter")[0]}", e);
        }
    }
}
