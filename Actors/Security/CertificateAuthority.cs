using System.Net;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FedActors.Actors.Security;

/// <summary>Issues the certificates of a federation.</summary>
/// <remarks>
/// X.509 version 3 after RFC 5280 with ECDSA on P-256. Keys and serial numbers come from the operating system's cryptographic source.
/// Whoever holds the authority's private key can make nodes that all others believe, so it belongs on no node.
/// </remarks>
public sealed class CertificateAuthority : IDisposable
{
    /// <summary>Validity begins this much before the moment of issue, so that a node whose clock is a little behind can use it at once.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    // RFC 5280, section 4.1.2.2: a positive integer of at most 20 octets; 16 from a random source are never equal by chance.
    private const int SerialNumberBytes = 16;

    private readonly TimeProvider _time;

    /// <summary>Takes over an authority's certificate.</summary>
    /// <param name="certificate">With its private key; disposed along with this.</param>
    /// <param name="time">The clock of validity.</param>
    public CertificateAuthority(X509Certificate2 certificate, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(time);
        X509BasicConstraintsExtension? constraints = certificate.Extensions.OfType<X509BasicConstraintsExtension>().FirstOrDefault();
        if (!certificate.HasPrivateKey || constraints is not { CertificateAuthority: true })
        {
            throw new ArgumentException($"{certificate.Subject} is no authority with a private key.", nameof(certificate));
        }

        Certificate = certificate;
        _time = time;
    }

    /// <summary>The authority's own certificate, with its private key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Makes a new authority.</summary>
    /// <param name="name">Its common name.</param>
    /// <param name="validity">How long it and what it issues can be valid; more than zero.</param>
    /// <param name="time">The clock of validity.</param>
    public static CertificateAuthority Create(string name, TimeSpan validity, TimeProvider time)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(validity, TimeSpan.Zero);
        ArgumentNullException.ThrowIfNull(time);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(CommonName(name), key, HashAlgorithmName.SHA256);

        // It issues nodes' certificates and no further authorities.
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        DateTimeOffset now = time.GetUtcNow();
        return new CertificateAuthority(request.CreateSelfSigned(now - ClockSkew, now + validity), time);
    }

    /// <summary>Issues a certificate with a new private key.</summary>
    /// <param name="names">Host names and IP addresses that it stands for, at least one; the first is its common name.</param>
    /// <param name="usages">What it may be used for.</param>
    /// <param name="validity">How long it is valid; more than zero, and not beyond the authority's own end.</param>
    /// <param name="units">Organisational units of its subject, if any: what its bearer may be, for those who decide by it.</param>
    /// <returns>The certificate with its private key.</returns>
    public X509Certificate2 Issue(IReadOnlyList<string> names, CertificateUsages usages, TimeSpan validity, IReadOnlyList<string>? units = null)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentOutOfRangeException.ThrowIfZero(names.Count, nameof(names));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(validity, TimeSpan.Zero);
        DateTimeOffset now = _time.GetUtcNow();
        if (now + validity > Certificate.NotAfter.ToUniversalTime())
        {
            throw new ArgumentOutOfRangeException(
                nameof(validity), validity, $"The authority itself ends on {Certificate.NotAfter.ToUniversalTime():u}; what it issues cannot outlive it.");
        }

        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(CommonName(names[0], units), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(Identifiers(usages), critical: false));
        request.CertificateExtensions.Add(AlternativeNames(names));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));

        // An authority younger than the skew began later than now - ClockSkew, and must contain what it issues.
        DateTimeOffset begin = Later(now - ClockSkew, Certificate.NotBefore.ToUniversalTime());
        using X509Certificate2 issued = request.Create(Certificate, begin, now + validity, RandomNumberGenerator.GetBytes(SerialNumberBytes));
        return issued.CopyWithPrivateKey(key);
    }

    /// <summary>Takes certificates back: a list that nodes hold certificates against.</summary>
    /// <param name="certificates">This authority's, now revoked.</param>
    /// <param name="former">The list so far, DER, or null or empty for none. What is in it stays in it.</param>
    /// <param name="validity">When the next list is due at the latest.</param>
    /// <returns>The new list, DER.</returns>
    /// <exception cref="ArgumentException">A certificate is another authority's.</exception>
    /// <exception cref="CryptographicException">The list so far is none, or another authority's.</exception>
    public byte[] Revoke(IReadOnlyList<X509Certificate2> certificates, ReadOnlyMemory<byte>? former, TimeSpan validity)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(validity, TimeSpan.Zero);
        var builder = new CertificateRevocationListBuilder();
        BigInteger number = BigInteger.Zero;
        if (former is { IsEmpty: false } list)
        {
            RevocationList.Read(list, [Certificate]);
            builder = CertificateRevocationListBuilder.Load(list.ToArray(), out number);
        }

        DateTimeOffset now = _time.GetUtcNow();
        foreach (X509Certificate2 certificate in certificates)
        {
            if (!certificate.IssuerName.RawData.AsSpan().SequenceEqual(Certificate.SubjectName.RawData))
            {
                throw new ArgumentException($"{certificate.Subject} was issued by {certificate.Issuer}, who alone can revoke it.", nameof(certificates));
            }

            builder.RemoveEntry(certificate.SerialNumberBytes.Span);
            builder.AddEntry(certificate, now);
        }

        return builder.Build(Certificate, number + 1, now + validity, HashAlgorithmName.SHA256, thisUpdate: now - ClockSkew);
    }

    /// <inheritdoc/>
    public void Dispose() => Certificate.Dispose();

    private static X500DistinguishedName CommonName(string name, IReadOnlyList<string>? units = null)
    {
        var builder = new X500DistinguishedNameBuilder();
        builder.AddCommonName(name);
        foreach (string unit in units ?? [])
        {
            builder.AddOrganizationalUnitName(unit);
        }

        return builder.Build();
    }

    private static OidCollection Identifiers(CertificateUsages usages)
    {
        // RFC 5280, section 4.2.1.12: id-kp-serverAuth and id-kp-clientAuth.
        var identifiers = new OidCollection();
        if (usages.HasFlag(CertificateUsages.Server))
        {
            identifiers.Add(new Oid("1.3.6.1.5.5.7.3.1"));
        }

        if (usages.HasFlag(CertificateUsages.Client))
        {
            identifiers.Add(new Oid("1.3.6.1.5.5.7.3.2"));
        }

        return identifiers.Count > 0 ? identifiers : throw new ArgumentException("A certificate needs a usage.", nameof(usages));
    }

    private static X509Extension AlternativeNames(IReadOnlyList<string> names)
    {
        var builder = new SubjectAlternativeNameBuilder();
        foreach (string name in names)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(name, nameof(names));
            if (IPAddress.TryParse(name, out IPAddress? address))
            {
                builder.AddIpAddress(address);
            }
            else
            {
                builder.AddDnsName(name);
            }
        }

        return builder.Build();
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
