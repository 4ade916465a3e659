using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FedActors.Actors.Security;

/// <summary>Certificates that an authority has taken back: a CRL, RFC 5280, section 5.</summary>
public sealed class RevocationList
{
    // More than any federation revokes; a file that holds more is not meant for it.
    private const int MaxEntries = 100_000;
    private static readonly Asn1Tag Extensions = new(TagClass.ContextSpecific, 0);

    private readonly Dictionary<string, DateTimeOffset> _revoked = new(StringComparer.Ordinal);
    private readonly byte[] _issuer;

    private RevocationList(AsnReader list)
    {
        if (list.PeekTag().HasSameClassAndValue(Asn1Tag.Integer))
        {
            list.ReadInteger();
        }

        list.ReadSequence();
        _issuer = list.ReadEncodedValue().ToArray();
        ThisUpdate = ReadTime(list);
        if (list.HasData && IsTime(list.PeekTag()))
        {
            NextUpdate = ReadTime(list);
        }

        if (list.HasData && list.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence))
        {
            ReadEntries(list.ReadSequence());
        }

        if (list.HasData)
        {
            RefuseCritical(list.ReadSequence(Extensions).ReadSequence());
        }
    }

    /// <summary>When it was made.</summary>
    public DateTimeOffset ThisUpdate { get; }

    /// <summary>When the next one is due at the latest, or null if it does not say.</summary>
    public DateTimeOffset? NextUpdate { get; }

    /// <summary>Certificates in it.</summary>
    public int Count => _revoked.Count;

    /// <summary>Reads a list and checks who signed it.</summary>
    /// <param name="der">The list.</param>
    /// <param name="authorities">One of them must have signed it.</param>
    /// <exception cref="CryptographicException">It is no list, or none of the authorities signed it.</exception>
    public static RevocationList Read(ReadOnlyMemory<byte> der, IReadOnlyCollection<X509Certificate2> authorities)
    {
        ArgumentNullException.ThrowIfNull(authorities);
        try
        {
            AsnReader whole = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
            ReadOnlyMemory<byte> signed = whole.PeekEncodedValue();
            var list = new RevocationList(whole.ReadSequence());
            string algorithm = whole.ReadSequence().ReadObjectIdentifier();
            byte[] signature = whole.ReadBitString(out _);
            return authorities.Any(authority => list.IsBy(authority.SubjectName) && IsSignedBy(authority, signed.Span, signature, algorithm))
                ? list
                : throw new CryptographicException("None of the configured authorities signed this revocation list.");
        }
        catch (AsnContentException e)
        {
            throw new CryptographicException("This is no certificate revocation list.", e);
        }
    }

    /// <summary>When a certificate was revoked, or null if it was not, or is another authority's.</summary>
    public DateTimeOffset? FindRevocation(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return IsBy(certificate.IssuerName) && _revoked.TryGetValue(Serial(certificate.SerialNumberBytes.Span), out DateTimeOffset since) ? since : null;
    }

    private bool IsBy(X500DistinguishedName name) => _issuer.AsSpan().SequenceEqual(name.RawData);

    private static bool IsSignedBy(X509Certificate2 authority, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature, string algorithm)
    {
        // RFC 5758, section 3.2, and RFC 4055, section 5.
        HashAlgorithmName hash = algorithm switch
        {
            "1.2.840.10045.4.3.2" or "1.2.840.113549.1.1.11" => HashAlgorithmName.SHA256,
            "1.2.840.10045.4.3.3" or "1.2.840.113549.1.1.12" => HashAlgorithmName.SHA384,
            "1.2.840.10045.4.3.4" or "1.2.840.113549.1.1.13" => HashAlgorithmName.SHA512,
            _ => throw new CryptographicException($"The revocation list is signed with {algorithm}; ECDSA or RSA with SHA-256, 384 or 512 is needed."),
        };
        using ECDsa? ecdsa = authority.GetECDsaPublicKey();
        using RSA? rsa = authority.GetRSAPublicKey();
        return ecdsa?.VerifyData(signed, signature, hash, DSASignatureFormat.Rfc3279DerSequence)
            ?? rsa?.VerifyData(signed, signature, hash, RSASignaturePadding.Pkcs1)
            ?? false;
    }

    private void ReadEntries(AsnReader entries)
    {
        while (entries.HasData)
        {
            AsnReader entry = entries.ReadSequence();
            string serial = Serial(entry.ReadIntegerBytes().Span);
            _revoked[serial] = ReadTime(entry);
            if (_revoked.Count > MaxEntries)
            {
                throw new CryptographicException($"The revocation list holds more than {MaxEntries} certificates.");
            }
        }
    }

    /// <summary>A list of changes only, or one for others' certificates, says so in a critical extension, and would be misread here.</summary>
    private static void RefuseCritical(AsnReader extensions)
    {
        while (extensions.HasData)
        {
            AsnReader extension = extensions.ReadSequence();
            string identifier = extension.ReadObjectIdentifier();
            if (extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && extension.ReadBoolean())
            {
                throw new CryptographicException($"The revocation list has the critical extension {identifier}, which is not understood here: use a complete list.");
            }
        }
    }

    private static bool IsTime(Asn1Tag tag) =>
        tag.HasSameClassAndValue(new Asn1Tag(UniversalTagNumber.UtcTime)) || tag.HasSameClassAndValue(new Asn1Tag(UniversalTagNumber.GeneralizedTime));

    private static DateTimeOffset ReadTime(AsnReader reader) =>
        reader.PeekTag().HasSameClassAndValue(new Asn1Tag(UniversalTagNumber.UtcTime)) ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();

    /// <summary>A positive integer may begin with a zero byte.</summary>
    private static string Serial(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes.TrimStart((byte)0));
}
