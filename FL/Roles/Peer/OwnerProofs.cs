using System.Buffers;
using FedActors.Actors;
using FedActors.Actors.Security;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.Crdt;
using FedActors.FL.Protocol;

namespace FedActors.FL.Roles;

/// <summary>Proves who wrote a body, to whoever gets it from whomever: a peer's signature over its key, its version and its content, with the peer's certificate.</summary>
/// <remarks>
/// See docs/adr/0016. A sealed body is an array of the payload, the certificates and the signature. What is signed is an array of
/// <see cref="Purpose"/>, the key, the incarnation, the sequence and the payload's SHA-256, so that a signature serves for nothing else.
/// </remarks>
public sealed class OwnerProofs(StatementSigner signer)
{
    private const string Purpose = "fedactors/owned/1";

    // A certificate of the usual kinds has one or two kilobytes.
    private const int MaxCertificateBytes = 16 * 1024;
    private const int MaxSignatureBytes = 1024;
    private const int SealRoom = 4 * 1024;

    /// <summary>Why this node's certificate does not prove that it is a peer, or null if it does.</summary>
    public string? FindFault(string peer) =>
        signer.Own is not { } own ? "this node has no certificate"
        : own.IsNamed(peer) ? null
        : $"the certificate of {own.Subject} names {Listed(own)}, not {peer}";

    /// <summary>Seals a payload in this peer's name.</summary>
    /// <param name="key">One of its own keys.</param>
    /// <param name="incarnation">In which it is written.</param>
    /// <param name="sequence">Its version.</param>
    /// <param name="payload">What is written.</param>
    public Body Seal(string key, ulong incarnation, ulong sequence, Body payload)
    {
        SignedProof proof = signer.Sign(Statement(key, incarnation, sequence, payload.Hash));
        ArrayBufferWriter<byte> output = new(payload.Bytes.Length + SealRoom);
        MessagePackWriter writer = new(output);
        writer.WriteArrayHeader(3);
        writer.WriteBinary(payload.Bytes.Span);
        writer.WriteArrayHeader(proof.Certificates.Count);
        foreach (ReadOnlyMemory<byte> certificate in proof.Certificates)
        {
            writer.WriteBinary(certificate.Span);
        }

        writer.WriteBinary(proof.Signature.Span);
        writer.Flush();
        return new Body(output.WrittenMemory);
    }

    /// <summary>Says why a body does not prove that its key's owner wrote it, or null if it does.</summary>
    public string? FindFault(EntryHeader header, Body body)
    {
        if (!OwnedKey.TryGetOwner(header.Key, out ReadOnlySpan<char> owner))
        {
            return null;
        }

        try
        {
            ReadOnlyMemory<byte> payload = Open(body.Bytes, out SignedProof proof);
            string? fault = signer.FindFault(Statement(header.Key, header.Stamp.Incarnation, header.Stamp.Tick, ContentHash.Of(payload.Span)), proof, out PeerIdentity? identity);
            return fault ?? (identity!.IsNamed(owner.ToString()) ? null : $"{identity.Subject} signed it, whose certificate names {Listed(identity)}");
        }
        catch (ProtocolException)
        {
            return "it is not signed";
        }
    }

    /// <summary>What a sealed body holds.</summary>
    /// <exception cref="ProtocolException">It is not sealed.</exception>
    public static ReadOnlyMemory<byte> PayloadOf(ReadOnlyMemory<byte> body) => Open(body, out _);

    private static ReadOnlyMemory<byte> Open(ReadOnlyMemory<byte> body, out SignedProof proof)
    {
        MessagePackReader reader = new(body.Span);
        int extra = reader.ReadFields(3);
        int length = reader.ReadBinary(body.Length).Length;

        // The reader gives spans; the payload ends where it stands now.
        ReadOnlyMemory<byte> payload = body.Slice(reader.Position - length, length);
        ReadOnlyMemory<byte>[] certificates = new ReadOnlyMemory<byte>[reader.ReadArrayHeader(StatementSigner.MaxCertificates)];
        for (int i = 0; i < certificates.Length; i++)
        {
            certificates[i] = reader.ReadBinary(MaxCertificateBytes).ToArray();
        }

        proof = new SignedProof(certificates, reader.ReadBinary(MaxSignatureBytes).ToArray());
        reader.SkipFields(extra);
        reader.ExpectEnd();
        return payload;
    }

    private static ReadOnlySpan<byte> Statement(string key, ulong incarnation, ulong sequence, ContentHash payload)
    {
        ArrayBufferWriter<byte> output = new(256);
        MessagePackWriter writer = new(output);
        writer.WriteArrayHeader(5);
        writer.Write(Purpose);
        writer.Write(key);
        writer.Write(incarnation);
        writer.Write(sequence);
        writer.Write(payload);
        writer.Flush();
        return output.WrittenSpan;
    }

    private static string Listed(PeerIdentity identity) => string.Join(", ", identity.Names);
}
