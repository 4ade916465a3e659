namespace FedActors.Crdt;

/// <summary>A value or a tombstone under a key. Immutable, and shared between replicas in one process.</summary>
public sealed class Entry
{
    /// <summary>Creates an entry.</summary>
    /// <param name="header">What it says of itself.</param>
    /// <param name="body">The body that the header announces; null for a tombstone.</param>
    /// <exception cref="ArgumentException">The header and the body do not belong together.</exception>
    public Entry(EntryHeader header, Body? body)
    {
        ArgumentNullException.ThrowIfNull(header);
        CrdtLimits.CheckKey(header.Key);
        CrdtLimits.CheckName(header.Stamp.Replica);
        if (header.Stamp.IsTombstone != body is null || header.BodyBytes != (body?.Bytes.Length ?? 0) || header.Stamp.Content != (body?.Hash ?? default))
        {
            throw new ArgumentException($"The body is not the one that the header of {header.Key} announces.", nameof(body));
        }

        Header = header;
        Key = header.Key;
        BodyBytes = header.BodyBytes;
        Body = body;
        Fingerprint = Print(header);
    }

    /// <summary>What it says of itself.</summary>
    public EntryHeader Header { get; }

    /// <summary>What it holds; null for a tombstone.</summary>
    public Body? Body { get; }

    /// <summary>The key.</summary>
    public string Key { get; }

    /// <summary>The entry's place in the order.</summary>
    public Stamp Stamp => Header.Stamp;

    /// <summary>Whether it says that the key is deleted.</summary>
    public bool IsTombstone => Body is null;

    /// <summary>The body's length. Merging many entries reads this, the key and the fingerprint of each, and follows no reference.</summary>
    internal int BodyBytes { get; }

    /// <summary>The entry's part in the root hash. It covers the body through the content hash.</summary>
    internal ContentHash Fingerprint { get; }

    private static ContentHash Print(EntryHeader header)
    {
        Stamp stamp = header.Stamp;
        Fingerprint print = new(stackalloc byte[Crdt.Fingerprint.BufferBytes], kind: 1);
        print.Add(header.Key);
        print.Add(stamp.Incarnation);
        print.Add(stamp.Tick);
        print.Add(stamp.IsTombstone ? 1UL : 0);
        print.Add(stamp.Replica);
        print.Add(stamp.Content);
        return print.ToHash();
    }
}
