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
    public DateTimeOffset Issue(string name, IEnumerable<string> hosts, int days, bool overwrite)
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

        using X509Certificate2 certificate = authority.Issue([name, .. Loopback.Concat(hosts).Distinct()], CertificateUsages.Node, validity);
        Writing(() =>
        {
            PemFile.WritePrivateKey(KeyFile(name), certificate);
            PemFile.WriteCertificates(CertificateFile(name), certificate);
        });
        return certificate.NotAfter.ToUniversalTime();
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
