using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FedActors.Actors.Security;

namespace FedActors.Actors.Transport.Tls;

/// <summary>Judges the other side's certificate in one handshake, and remembers the verdict and its words.</summary>
internal sealed class CertificateCheck(TlsOptions options, TlsCredentials credentials, DateTimeOffset now, bool peerIsServer, string? expectedName)
{
    // RFC 4519, section 2.20: ou.
    private const string OrganizationalUnit = "2.5.4.11";

    // RFC 4519, section 2.3: cn.
    private const string CommonName = "2.5.4.3";

    /// <summary>Null if nothing is wrong.</summary>
    public TransportFault? Fault { get; private set; }

    /// <summary>What is wrong, as a sentence.</summary>
    public string Explanation { get; private set; } = "";

    /// <summary>Who it is, if a certificate was shown.</summary>
    public PeerIdentity? Peer { get; private set; }

    public X509ChainPolicy CreatePolicy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTime = now.UtcDateTime,
            VerificationTimeIgnored = false,
        };
        policy.CustomTrustStore.AddRange(credentials.Authorities);
        return policy;
    }

    /// <summary>The callback of <see cref="SslStream"/>. Lets every handshake finish: the verdict is told to the other side inside it, and nothing else.</summary>
    public bool Judge(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
        {
            if (peerIsServer || options.RequireClientCertificate)
            {
                Refuse(TransportFault.MissingCertificate, "no certificate was shown");
            }

            return true;
        }

        using X509Certificate2 shown = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        Peer = Identify(shown);
        if (options.VerifyAuthority && errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
        {
            RefuseChain(shown, chain);
        }
        else if (FindRevoked(shown, chain) is { } revoked)
        {
            Refuse(TransportFault.Revoked, revoked);
        }
        else if (options.VerifyHostName && errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            Refuse(TransportFault.WrongName, $"the certificate of {shown.Subject} is for {Listed(Peer.Names)}, not for {expectedName}");
        }

        return true;
    }

    /// <summary>What a certificate says of its bearer.</summary>
    public static PeerIdentity Identify(X509Certificate2 certificate)
    {
        X509SubjectAlternativeNameExtension? names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        string[] listed = names is null ? [] : [.. names.EnumerateDnsNames(), .. names.EnumerateIPAddresses().Select(ip => ip.ToString())];
        return new PeerIdentity(
            certificate.Subject,
            listed,
            certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant(),
            new DateTimeOffset(certificate.NotAfter.ToUniversalTime()))
        {
            CommonName = CommonNameOf(certificate),
            Units = [.. certificate.SubjectName.EnumerateRelativeDistinguishedNames()
                .Where(part => !part.HasMultipleElements && part.GetSingleElementType().Value == OrganizationalUnit)
                .Select(part => part.GetSingleElementValue() ?? "")],
        };
    }

    private static string CommonNameOf(X509Certificate2 certificate)
    {
        foreach (X500RelativeDistinguishedName part in certificate.SubjectName.EnumerateRelativeDistinguishedNames())
        {
            if (!part.HasMultipleElements && part.GetSingleElementType().Value == CommonName)
            {
                return part.GetSingleElementValue() ?? "";
            }
        }

        return "";
    }

    private string? FindRevoked(X509Certificate2 shown, X509Chain? chain)
    {
        // Whatever lies between a certificate and its authority may have been taken back, too.
        foreach (X509Certificate2 certificate in (IEnumerable<X509Certificate2>)[shown, .. chain?.ChainElements.Skip(1).Select(element => element.Certificate) ?? []])
        {
            foreach (RevocationList list in credentials.Revocations)
            {
                if (list.FindRevocation(certificate) is { } since)
                {
                    return $"the certificate of {certificate.Subject} (serial number {certificate.SerialNumber}) was revoked by {certificate.Issuer} on {since.UtcDateTime:u}";
                }
            }
        }

        return null;
    }

    private static string Listed(IReadOnlyList<string> names) => names.Count == 0 ? "no host" : string.Join(", ", names);

    private void RefuseChain(X509Certificate2 shown, X509Chain? chain)
    {
        X509ChainStatusFlags status = chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status) ?? X509ChainStatusFlags.NoError;
        const X509ChainStatusFlags Untrusted = X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.NotSignatureValid;

        // A chain that leads to nobody says nothing that could be believed, so that comes first.
        if ((status & Untrusted) != 0)
        {
            // Authorities made with the same command bear the same name; only their keys tell them apart.
            string namesake = credentials.Authorities.Any(authority => authority.Subject == shown.Issuer) ? ", but by another of the same name" : string.Empty;
            Refuse(TransportFault.WrongAuthority, $"the certificate of {shown.Subject} was issued by {shown.Issuer}, not by a configured authority{namesake}");
        }
        else if (status.HasFlag(X509ChainStatusFlags.NotTimeValid) && now < shown.NotBefore.ToUniversalTime())
        {
            Refuse(TransportFault.NotYetValid, $"the certificate of {shown.Subject} is not valid before {shown.NotBefore.ToUniversalTime():u}; it is {now.UtcDateTime:u} here");
        }
        else if (status.HasFlag(X509ChainStatusFlags.NotTimeValid))
        {
            Refuse(TransportFault.Expired, $"the certificate of {shown.Subject}, or its authority's, expired ({shown.NotAfter.ToUniversalTime():u}); it is {now.UtcDateTime:u} here");
        }
        else if (status.HasFlag(X509ChainStatusFlags.NotValidForUsage))
        {
            Refuse(TransportFault.WrongUsage, $"the certificate of {shown.Subject} was not issued for {(peerIsServer ? "servers" : "clients")}");
        }
        else
        {
            Refuse(TransportFault.InvalidCertificate, $"the certificate of {shown.Subject} fails its checks: {status}");
        }
    }

    private void Refuse(TransportFault fault, string explanation)
    {
        Fault = fault;
        Explanation = explanation;
    }
}
