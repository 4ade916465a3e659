using FedActors.Actors.Serialization;

namespace FedActors.Actors.Remoting.Frames;

/// <summary>What each side says of itself in the handshake: the dialer in a Hello, the acceptor in a Welcome.</summary>
/// <param name="Version">Of the protocol.</param>
/// <param name="Node">The node's id.</param>
/// <param name="Incarnation">The node's life.</param>
/// <param name="BulkWindowBytes">Bulk bytes that this side takes before it grants more.</param>
/// <param name="MaxMessageBytes">The largest message that this side takes.</param>
/// <param name="MaxStreams">Large messages side by side that it takes.</param>
/// <param name="LinksLost">Connections with the other node that this side has seen end. Tells a dialer that lost its connection from one that has another.</param>
/// <param name="Session">What this side remembers of the session; in a Welcome only, since a dialer need not know yet whom it dials.</param>
/// <param name="Types">Type ids and hashes of type names, by which both sides notice that they mean different messages by one id.</param>
internal sealed record Greeting(
    int Version,
    string Node,
    long Incarnation,
    int BulkWindowBytes,
    int MaxMessageBytes,
    int MaxStreams,
    long LinksLost,
    SessionMemory? Session,
    IReadOnlyList<(int Id, uint NameHash)> Types)
{
    /// <summary>The largest frame that this side takes, or 0 if it does not say so.</summary>
    public int MaxFrameBytes { get; init; }

    /// <summary>Bytes of the window that this side does not take yet: it has no room, and grants them when it has.</summary>
    public int WithheldBytes { get; init; }

    /// <summary>This side grants anew at the latest when so many bytes have arrived, at most half of the window; or 0 if it does not say so, and half is meant.</summary>
    public int GrantBytes { get; init; }

    /// <summary>The version of this implementation. A change that an older reader cannot skip raises it.</summary>
    public const int CurrentVersion = 2;

    /// <summary>Most types in a greeting; bounds what a stranger can send.</summary>
    public const int MaxTypes = 4096;

    public void Write(ref MessagePackWriter writer, FrameKind kind)
    {
        writer.WriteArrayHeader(13);
        writer.Write((int)kind);
        writer.Write(Version);
        writer.Write(Node);
        writer.Write(Incarnation);
        writer.Write(BulkWindowBytes);
        writer.Write(MaxMessageBytes);
        writer.Write(MaxStreams);
        writer.Write(LinksLost);
        WriteSession(ref writer);
        writer.WriteArrayHeader(Types.Count);
        foreach ((int id, uint nameHash) in Types)
        {
            writer.WriteArrayHeader(2);
            writer.Write(id);
            writer.Write(nameHash);
        }

        writer.Write(MaxFrameBytes);
        writer.Write(WithheldBytes);
        writer.Write(GrantBytes);
    }

    /// <summary>Reads what follows the kind. The version stands first, so that any version's greeting tells at least that.</summary>
    public static Greeting Read(ref MessagePackReader reader)
    {
        int version = reader.ReadInt32();
        if (version != CurrentVersion)
        {
            throw new ProtocolException($"It speaks version {version} of the protocol and this node version {CurrentVersion}: run the same release on both.");
        }

        string node = reader.ReadString(ActorPath.MaxNameLength);
        long incarnation = reader.ReadInt64();
        int window = reader.ReadInt32();
        int maxMessageBytes = reader.ReadInt32();
        int maxStreams = reader.ReadInt32();
        long lost = reader.ReadInt64();
        SessionMemory? session = reader.TryReadNil() ? null : SessionMemory.Read(ref reader);
        var types = new (int, uint)[reader.ReadArrayHeader(MaxTypes)];
        for (int i = 0; i < types.Length; i++)
        {
            int extra = reader.ReadFields(known: 2);
            types[i] = (reader.ReadInt32(), ReadHash(ref reader));
            reader.SkipFields(extra);
        }

        if (!ActorPath.IsValidName(node))
        {
            throw new ProtocolException("Its node id cannot name a node.");
        }

        if (window <= 0 || maxMessageBytes <= 0 || maxStreams <= 0)
        {
            throw new ProtocolException($"A window of {window} bytes, messages of {maxMessageBytes} and {maxStreams} streams let nothing through.");
        }

        int maxFrameBytes = reader.Remaining == 0 ? 0 : reader.ReadInt32();
        if (maxFrameBytes != 0 && maxFrameBytes < RemotingLimits.LeastFrameBytes)
        {
            throw new ProtocolException($"It takes frames of {maxFrameBytes} bytes; every node takes {RemotingLimits.LeastFrameBytes}, since small messages go whole.");
        }

        int withheldBytes = reader.Remaining == 0 ? 0 : reader.ReadInt32();
        if (withheldBytes < 0 || withheldBytes > window)
        {
            throw new ProtocolException($"It withholds {withheldBytes} bytes of a window of {window}.");
        }

        int grantBytes = reader.Remaining == 0 ? 0 : reader.ReadInt32();
        if (grantBytes < 0 || grantBytes > window / 2)
        {
            throw new ProtocolException($"It grants by {grantBytes} bytes in a window of {window}; half of that is the most.");
        }

        return new Greeting(version, node, incarnation, window, maxMessageBytes, maxStreams, lost, session, types)
        {
            MaxFrameBytes = maxFrameBytes,
            WithheldBytes = withheldBytes,
            GrantBytes = grantBytes,
        };
    }

    private void WriteSession(ref MessagePackWriter writer)
    {
        if (Session is { } session)
        {
            session.Write(ref writer);
        }
        else
        {
            writer.WriteNil();
        }
    }

    private static uint ReadHash(ref MessagePackReader reader)
    {
        ulong hash = reader.ReadUInt64();
        return hash <= uint.MaxValue ? (uint)hash : throw new ProtocolException($"{hash} is no 32-bit hash.");
    }
}
