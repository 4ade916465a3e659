using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FedActors.Actors.Security;

/// <summary>Writes certificates and private keys as PEM (RFC 7468).</summary>
public static class PemFile
{
    // RFC 7468, section 6.
    private const string RevocationListLabel = "X509 CRL";

    /// <summary>Writes certificates, without their private keys.</summary>
    /// <param name="path">Replaced if it exists.</param>
    /// <param name="certificates">The node's own first, then those between it and its authority.</param>
    public static void WriteCertificates(string path, params IReadOnlyList<X509Certificate2> certificates)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        Write(path, string.Concat(certificates.Select(c => c.ExportCertificatePem() + "\n")), UnixFileMode.GroupRead | UnixFileMode.OtherRead);
    }

    /// <summary>Writes a certificate's private key as PKCS #8, readable by the file's owner alone (mode 0600 where modes exist).</summary>
    /// <param name="path">Replaced if it exists.</param>
    /// <param name="certificate">With its private key.</param>
    public static void WritePrivateKey(string path, X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        using ECDsa key = certificate.GetECDsaPrivateKey()
            ?? throw new ArgumentException($"{certificate.Subject} has no ECDSA private key.", nameof(certificate));
        Write(path, key.ExportPkcs8PrivateKeyPem() + "\n", UnixFileMode.None);
    }

    /// <summary>Writes a revocation list.</summary>
    /// <param name="path">Replaced if it exists.</param>
    /// <param name="list">DER, as <see cref="CertificateAuthority.Revoke"/> makes it.</param>
    public static void WriteRevocationList(string path, ReadOnlySpan<byte> list) =>
        Write(path, PemEncoding.WriteString(RevocationListLabel, list) + "\n", UnixFileMode.GroupRead | UnixFileMode.OtherRead);

    /// <summary>Reads revocation lists, of one authority or several.</summary>
    /// <returns>Each list, DER.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="CryptographicException">It holds no list.</exception>
    public static IReadOnlyList<byte[]> ReadRevocationLists(string path)
    {
        var lists = new List<byte[]>();
        ReadOnlySpan<char> text = File.ReadAllText(path);
        while (PemEncoding.TryFind(text, out PemFields fields))
        {
            if (text[fields.Label] is RevocationListLabel)
            {
                lists.Add(Convert.FromBase64String(text[fields.Base64Data].ToString()));
            }

            text = text[fields.Location.End..];
        }

        return lists.Count > 0 ? lists : throw new CryptographicException("It holds no revocation list in PEM form.");
    }

    /// <summary>Reads back a certificate and the private key that was written beside it.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="CryptographicException">A file is not what it should be, or the key belongs to another certificate.</exception>
    public static X509Certificate2 Read(string certificatePath, string keyPath) => X509Certificate2.CreateFromPemFile(certificatePath, keyPath);

    /// <summary>Writes beside and then renames: a file with wider permissions is replaced, and nobody sees half a file.</summary>
    private static void Write(string path, string text, UnixFileMode others)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string beside = path + ".new";
        File.Delete(beside);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | others;
        }

        using (var writer = new StreamWriter(beside, options))
        {
            writer.Write(text);
        }

        File.Move(beside, path, overwrite: true);
    }
}
