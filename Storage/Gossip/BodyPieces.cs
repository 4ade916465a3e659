using FedActors.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace FedActors.Storage.Gossip;

/// <summary>Large bodies as rows of some size, written in several short transactions, so that nobody waits for the file as long as a large body takes.</summary>
/// <remarks>
/// What is written belongs to nothing until a part of some peer's state refers to it: that is one transaction, so that a change is still
/// whole or not there. Pieces to which nothing refers are left from a cut, and go when the store is opened.
/// </remarks>
internal sealed class BodyPieces
{
    /// <summary>A body above it is cut. One transaction writes so much in some hundredths of a second.</summary>
    public const int MaxWholeBytes = PiecesAtOnce * PieceBytes;

    private const int PieceBytes = 1 << 20;
    private const int PiecesAtOnce = 4;

    private readonly TransactedFile _file;

    // Of bodies that were replaced, or whose change failed: they go after the next large change, or when the store is opened again.
    private readonly List<long> _unused = [];
    private readonly Lock _sync = new();
    private long _last;

    /// <summary>Takes up what is there, and as a writer removes what nothing refers to.</summary>
    public BodyPieces(TransactedFile file, StoreAccess access)
    {
        _file = file;
        if (access == StoreAccess.Write)
        {
            _unused.AddRange(file.Read(connection => connection.Rows(
                "SELECT DISTINCT body FROM body_pieces WHERE body NOT IN (SELECT pieces FROM crdt_snapshots WHERE pieces IS NOT NULL)", row => row.GetInt64(0))));
            _last = file.Read(connection => connection.Scalar<long>("SELECT coalesce(max(body), 0) FROM body_pieces"));
            RemoveUnused();
        }
    }

    /// <summary>Reads a body.</summary>
    public static byte[] Read(SqliteConnection connection, long body)
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)connection.Scalar<long>("SELECT coalesce(sum(length(bytes)), 0) FROM body_pieces WHERE body = ?1", body));
        using SqliteCommand command = connection.Command("SELECT bytes FROM body_pieces WHERE body = ?1 ORDER BY piece", body);
        using SqliteDataReader reader = command.ExecuteReader();
        int read = 0;
        while (reader.Read())
        {
            read += (int)reader.GetBytes(0, 0, bytes, read, bytes.Length - read);
        }

        return bytes;
    }

    /// <summary>Writes a body to which nothing refers yet.</summary>
    /// <returns>Its number.</returns>
    public long Write(ReadOnlyMemory<byte> bytes)
    {
        long body = Interlocked.Increment(ref _last);
        try
        {
            Write(body, bytes);
            return body;
        }
        catch
        {
            Abandon(body);
            throw;
        }
    }

    /// <summary>Nothing refers to a body, if there is one, any more.</summary>
    public void Abandon(long? body)
    {
        if (body is { } number)
        {
            lock (_sync)
            {
                _unused.Add(number);
            }
        }
    }

    /// <summary>Removes what nothing refers to, in short transactions.</summary>
    public void RemoveUnused()
    {
        long[] unused;
        lock (_sync)
        {
            unused = [.. _unused];
        }

        foreach (long body in unused)
        {
            while (_file.Change(
                StoreAccess.Write,
                connection => connection.Execute("DELETE FROM body_pieces WHERE body = ?1 AND piece IN (SELECT piece FROM body_pieces WHERE body = ?1 LIMIT ?2)", body, PiecesAtOnce),
                survivesPowerCut: false) > 0)
            {
            }

            lock (_sync)
            {
                _unused.Remove(body);
            }
        }
    }

    private void Write(long body, ReadOnlyMemory<byte> bytes)
    {
        byte[] piece = new byte[PieceBytes];
        for (int first = 0; (long)first * PieceBytes < bytes.Length; first += PiecesAtOnce)
        {
            int from = first;
            _file.Change(
                StoreAccess.Write,
                connection =>
                {
                    for (int i = from; i < from + PiecesAtOnce && (long)i * PieceBytes < bytes.Length; i++)
                    {
                        InsertPiece(connection, body, i, bytes, piece);
                    }

                    return true;
                },
                survivesPowerCut: false);
        }
    }

    private static void InsertPiece(SqliteConnection connection, long body, int index, ReadOnlyMemory<byte> bytes, byte[] piece)
    {
        ReadOnlyMemory<byte> part = bytes.Slice(index * PieceBytes, Math.Min(PieceBytes, bytes.Length - (index * PieceBytes)));
        byte[] whole = part.Length == PieceBytes ? piece : new byte[part.Length];
        part.CopyTo(whole);
        connection.Execute("INSERT INTO body_pieces(body, piece, bytes) VALUES (?1, ?2, ?3)", body, index, whole);
    }
}
