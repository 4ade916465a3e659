using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FedActors.Actors.Transport.Tls;

/// <summary>What one side shows, and whom it believes.</summary>
public sealed class TlsCredentials
{
    /// <summary>Creates credentials.</summary>
    /// <param name="certificate">This node's certificate with its private key; null for a dialer that shows none.</param>
    /// <param name="intermediates">Certificates between it and the authority; empty if the authority issued it directly.</param>
    /// <param name="authorities">Whose certificates are believed. The machine's own list is not used.</param>
    public TlsCredentials(X509Certificate2? certificate, IEnumerable<X509Certificate2> intermediates, IEnumerable<X509Certificate2> authorities)
    {
        ArgumentNullException.ThrowIfNull(intermediates);
        ArgumentNullException.ThrowIfNull(authorities);
        if (certificate is { HasPrivateKey: false })
        {
            throw new ArgumentException($"The certificate {certificate.Subject} comes without its private key.", nameof(certificate));
        }

        Authorities = [.. authorities];
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

    /// <summary>Reads credentials from PEM files.</summary>
    /// <param name="certificatePath">This node's certificate, followed by intermediates if there are any.</param>
    /// <param name="keyPath">Its private key.</param>
    /// <param name="authorityPath">One or more authorities' certificates.</param>
    /// <exception cref="TlsCredentialsException">A file is missing or not what it should be; the message names it.</exception>
    public static TlsCredentials FromPemFiles(string certificatePath, string keyPath, string authorityPath)
    {
        X509Certificate2Collection authorities = ReadAll(authorityPath);
        X509Certificate2Collection chain = ReadAll(certificatePath);
        X509Certificate2 certificate = Read(keyPath, path => X509Certificate2.CreateFromPemFile(certificatePath, path));
        if (OperatingSystem.IsWindows())
        {
            // Windows' TLS does not take a key that lives in memory alone; through PKCS #12 it gets one that it takes.
            certificate = X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
        }

        return new TlsCredentials(certificate, chain.Skip(1), authorities);
    }

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
