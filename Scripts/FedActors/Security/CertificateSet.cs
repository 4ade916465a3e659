using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FedActors.Actors.Security;
using FedActors.Scripts.Cli;

namespace FedActors.Scripts.Security;

/// <summary>A folder of certificates: <c>ca.pem</c> and <c>ca.key</c>, and a pair for each node.</summary>
internal sealed class CertificateSet(string folder, TimeProvider time)
{
    private static readonly string[] Loopback = ["localhost", "127.0.0.1", "::1"];

    /// <summary>The authority's certificate, which every node gets.</summary>
    public string AuthorityFile => Path.Combine(folder, "ca.pem");

    /// <summary>The authority's key, which no node gets.</summary>
    public string AuthorityKeyFile => Path.Combine(folder, "ca.key");

    /// <summary>The authority's revocation list, which every node gets when it changes.</summary>
    public string RevocationFile => Path.Combine(folder, "ca.crl");

    public string CertificateFile(string name) => Path.Combine(folder, $"{name}.pem");

    public string KeyFile(string name) => Path.Combine(folder, $"{name}.key");

    /// <summary>Makes an authority.</summary>
    public void CreateAuthority(string name, int days, bool overwrite)
    {
        OutputFile.MustBeFree(AuthorityFile, overwrite);
        OutputFile.MustBeFree(AuthorityKeyFile, overwrite);
        using CertificateAuthority authority = CertificateAuthority.Create(name, TimeSpan.FromDays(days), time);
        Writing(() =>
        {
            Directory.CreateDirectory(folder);
            PemFile.WritePrivateKey(AuthorityKeyFile, authority.Certificate);
            PemFile.WriteCertificates(AuthorityFile, authority.Certificate);
        });
    }

    /// <summary>Issues a node's certificate, never beyond the authority's own end.</summary>
    /// <returns>When it ends.</returns>
    public DateTimeOffset Issue(string name, IEnumerable<string> hosts, IReadOnlyList<string> roles, int days, bool overwrite)
    {
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') || name == "ca")
        {
            throw CommandFailure.Usage($"\"{name}\" cannot name a certificate: use letters, digits, dots, dashes and underscores, and not \"ca\".");
        }

        OutputFile.MustBeFree(CertificateFile(name), overwrite);
        OutputFile.MustBeFree(KeyFile(name), overwrite);
        using CertificateAuthority authority = OpenAuthority();
        TimeSpan left = authority.Certificate.NotAfter.ToUniversalTime() - time.GetUtcNow();
        TimeSpan validity = left < TimeSpan.FromDays(days) ? left : TimeSpan.FromDays(days);
        if (validity <= TimeSpan.Zero)
        {
            throw new CommandFailure(ExitCode.InvalidState, "invalid_certificate", $"The authority in {AuthorityFile} expired on {authority.Certificate.NotAfter.ToUniversalTime():u}. Make a new one with cert init-ca.");
        }

        using X509Certificate2 certificate = authority.Issue([name, .. Loopback.Concat(hosts).Distinct()], CertificateUsages.Node, validity, roles);
        Writing(() =>
        {
            PemFile.WritePrivateKey(KeyFile(name), certificate);
            PemFile.WriteCertificates(CertificateFile(name), certificate);
        });
        return certificate.NotAfter.ToUniversalTime();
    }

    /// <summary>Takes nodes' certificates back, beside those that were taken back before.</summary>
    /// <returns>Certificates in the list now.</returns>
    public int Revoke(IReadOnlyList<string> names, int days)
    {
        using CertificateAuthority authority = OpenAuthority();
        X509Certificate2[] certificates = [.. names.Select(Open)];
        byte[] list = Revoke(authority, certificates, days);
        Writing(() => PemFile.WriteRevocationList(RevocationFile, list));
        return RevocationList.Read(list, [authority.Certificate]).Count;
    }

    private byte[] Revoke(CertificateAuthority authority, X509Certificate2[] certificates, int days)
    {
        try
        {
            byte[]? former = File.Exists(RevocationFile) ? PemFile.ReadRevocationLists(RevocationFile).Single() : null;
            return authority.Revoke(certificates, former, TimeSpan.FromDays(days));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException or InvalidOperationException or ArgumentException)
        {
            throw new CommandFailure(ExitCode.InvalidState, "invalid_certificate", $"Nothing was revoked: {exception.Message.Split(" (Parameter")[0]}", exception);
        }
    }

    private X509Certificate2 Open(string name)
    {
        try
        {
            return X509CertificateLoader.LoadCertificateFromFile(CertificateFile(name));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new CommandFailure(ExitCode.InvalidState, "invalid_certificate", $"{CertificateFile(name)} is no certificate ({exception.Message.TrimEnd('.')}). Name what cert issue or cert generate has made, or its folder with --to.", exception);
        }
    }

    private CertificateAuthority OpenAuthority()
    {
        try
        {
            return new CertificateAuthority(PemFile.Read(AuthorityFile, AuthorityKeyFile), time);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.InvalidState, "invalid_certificate", $"There is no authority to issue with in {folder} ({exception.Message.TrimEnd('.')}). Make one with cert init-ca, or name its folder with --to.", exception);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new CommandFailure(ExitCode.InvalidState, "invalid_certificate", $"{AuthorityFile} with {AuthorityKeyFile} is no authority ({exception.Message.TrimEnd('.')}). Make one with cert init-ca.", exception);
        }
    }

    private void Writing(Action write)
    {
        try
        {
            write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.InvalidState, "file_not_written", $"{folder} cannot be written ({exception.Message.TrimEnd('.')}). Choose another folder with --to.", exception);
        }
    }
}
