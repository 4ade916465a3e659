using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Tls;

namespace FedActors.Actors.Security;

/// <summary>Signs statements with this node's certificate, and judges statements that others have signed with theirs.</summary>
/// <remarks>
/// A statement may be read long after it was made, by nodes that its signer never meets. So a certificate that has
/// expired since still proves who signed; one that was revoked proves nothing any more. Safe for concurrent use.
/// </remarks>
/// <param name="credentials">Asked each time, so that renewed certificates and revocation lists are used without a restart.</param>
public sealed class StatementSigner(Func<TlsCredentials> credentials)
{
    /// <summary>Certificates from a signer's own to its authority's, which is not among them: longer chains are not in use.</summary>
    public const int MaxCertificates = 4;

    // Verdicts on certificates are kept: a chain takes a millisecond to build. More signers than any federation has.
    private const int MaxVerdicts = 4_096;

    private readonly Lock _sync = new();
    private readonly Dictionary<string, Verdict> _verdicts = new(StringComparer.Ordinal);
    private TlsCredentials? _judgedBy;

    /// <summary>Who this node's certificate says it is; null if it has none.</summary>
    public PeerIdentity? Own => credentials().Certificate is { } own ? CertificateCheck.Identify(own.TargetCertificate) : null;

    /// <summary>Signs a statement.</summary>
    /// <exception cref="InvalidOperationException">This node has no certificate, or one whose key cannot sign.</exception>
    public SignedProof Sign(ReadOnlySpan<byte> statement)
    {
        var own = credentials().Certificate ?? throw new InvalidOperationException("This node has no certificate to sign with.");
        X509Certificate2 certificate = own.TargetCertificate;
        ReadOnlyMemory<byte>[] chain = [certificate.RawDataMemory, .. own.IntermediateCertificates.Select(between => between.RawDataMemory)];
        using ECDsa? curve = certificate.GetECDsaPrivateKey();
        if (curve is not null)
        {
            return new SignedProof(chain, curve.SignData(statement, HashAlgorithmName.SHA256));
        }

        using RSA rsa = certificate.GetRSAPrivateKey() ?? throw new InvalidOperationException($"The key of {certificate.Subject} is neither ECDSA nor RSA, and cannot sign.");
        return new SignedProof(chain, rsa.SignData(statement.ToArray(), HashAlgorithmName.SHA256, RSASignaturePadding.Pss));
    }

    /// <summary>Judges a signed statement.</summary>
    /// <param name="statement">What is said to be signed.</param>
    /// <param name="proof">From anywhere.</param>
    /// <param name="signer">Who signed it; null if that is not proved.</param>
    /// <returns>What is wrong, as a sentence's end; null if nothing is.</returns>
    public string? FindFault(ReadOnlySpan<byte> statement, SignedProof proof, out PeerIdentity? signer)
    {
        ArgumentNullException.ThrowIfNull(proof);
        signer = null;
        if (proof.Certificates.Count is 0 or > MaxCertificates)
        {
            return $"it bears {proof.Certificates.Count} certificates, where 1 to {MaxCertificates} are due";
        }

        Verdict verdict = Judge(proof.Certificates);
        if (verdict.Fault is not null)
        {
            return verdict.Fault;
        }

        if (!IsSignedBy(verdict.Certificate!, statement, proof.Signature.Span))
        {
            return $"its signature is not that of {verdict.Identity!.Subject}";
        }

        signer = verdict.Identity;
        return null;
    }

    private Verdict Judge(IReadOnlyList<ReadOnlyMemory<byte>> chain)
    {
        string print = Convert.ToHexStringLower(SHA256.HashData(chain[0].Span));
        TlsCredentials current = credentials();
        lock (_sync)
        {
            if (!ReferenceEquals(current, _judgedBy) || _verdicts.Count >= MaxVerdicts)
            {
                _verdicts.Clear();
                _judgedBy = current;
            }

            if (_verdicts.TryGetValue(print, out Verdict? known))
            {
                return known;
            }
        }

        Verdict verdict = Judge(current, chain);
        lock (_sync)
        {
            // The same certificate with other ones between may fail: only what holds is kept.
            if (verdict.Fault is null && ReferenceEquals(current, _judgedBy))
            {
                _verdicts[print] = verdict;
            }
        }

        return verdict;
    }

    private static Verdict Judge(TlsCredentials credentials, IReadOnlyList<ReadOnlyMemory<byte>> chain)
    {
        try
        {
            X509Certificate2[] shown = [.. chain.Select(certificate => X509CertificateLoader.LoadCertificate(certificate.Span))];
            using var building = new X509Chain();
            building.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            building.ChainPolicy.CustomTrustStore.AddRange(credentials.Authorities);
            building.ChainPolicy.ExtraStore.AddRange(shown[1..]);
            building.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            building.ChainPolicy.DisableCertificateDownloads = true;
            building.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
            string? fault = !building.Build(shown[0]) ? $"the certificate of {shown[0].Subject} was issued by {shown[0].Issuer}, not by a configured authority"
                : building.ChainElements.Select(element => element.Certificate).Any(certificate => credentials.Revocations.Any(list => list.FindRevocation(certificate) is not null))
                    ? $"the certificate of {shown[0].Subject} (serial number {shown[0].SerialNumber}) was revoked"
                    : null;
            return new Verdict(fault, shown[0], CertificateCheck.Identify(shown[0]));
        }
        catch (CryptographicException exception)
        {
            return new Verdict($"it bears no certificate that could be read ({exception.Message.TrimEnd('.')})", null, null);
        }
    }

    private static bool IsSignedBy(X509Certificate2 certificate, ReadOnlySpan<byte> statement, ReadOnlySpan<byte> signature)
    {
        using ECDsa? curve = certificate.GetECDsaPublicKey();
        if (curve is not null)
        {
            return curve.VerifyData(statement, signature, HashAlgorithmName.SHA256);
        }

        using RSA? rsa = certificate.GetRSAPublicKey();
        return rsa?.VerifyData(statement, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss) ?? false;
    }

    private sealed record Verdict(string? Fault, X509Certificate2? Certificate, PeerIdentity? Identity);
}

/// <summary>Who signed a statement, and the signature.</summary>
/// <param name="Certificates">The signer's, in DER, and those between it and its authority.</param>
/// <param name="Signature">ECDSA with SHA-256 in the fixed form of IEEE P1363, or RSASSA-PSS for a certificate with an RSA key.</param>
public sealed record SignedProof(IReadOnlyList<ReadOnlyMemory<byte>> Certificates, ReadOnlyMemory<byte> Signature);
