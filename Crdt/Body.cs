namespace FedActors.Crdt;

/// <summary>What an entry holds, with its hash. Nobody may change the bytes once a body holds them.</summary>
public sealed class Body
{
    /// <summary>Creates a body and hashes it.</summary>
    /// <param name="bytes">Not copied.</param>
    public Body(ReadOnlyMemory<byte> bytes)
    {
        Bytes = bytes;
        Hash = ContentHash.Of(bytes.Span);
    }

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Their hash, by which others ask for them.</summary>
    public ContentHash Hash { get; }
}
