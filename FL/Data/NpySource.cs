namespace FedActors.FL.Data;

/// <summary>The bytes of one npy file: read exactly, check-summed, every failure named.</summary>
internal sealed class NpySource(Stream stream, long length, DataPlace place)
{
    private readonly Crc32 _checksum = new();

    /// <summary>Where the bytes come from.</summary>
    public DataPlace Place => place;

    /// <summary>Bytes not read yet, going by the length that the container declares.</summary>
    public long Remaining { get; private set; } = length;

    /// <summary>CRC-32 of what was read.</summary>
    public uint Checksum => _checksum.Value;

    /// <summary>Fills a buffer.</summary>
    /// <exception cref="DataFileException">The bytes end too early, or cannot be decompressed or read.</exception>
    public void Fill(Span<byte> buffer)
    {
        try
        {
            stream.ReadExactly(buffer);
        }
        catch (EndOfStreamException e)
        {
            throw Truncated(e);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw place.Fault($"the bytes cannot be read ({e.Message})", DataPlace.Renew, e);
        }

        _checksum.Append(buffer);
        Remaining -= buffer.Length;
    }

    /// <summary>Refuses bytes that go on.</summary>
    public void ExpectEnd()
    {
        if (stream.ReadByte() >= 0)
        {
            throw place.Fault("there are more bytes than the array's shape needs", DataPlace.Renew);
        }
    }

    /// <summary>An exception for bytes that end too early.</summary>
    public DataFileException Truncated(Exception? inner = null) => place.Fault("the file is truncated", DataPlace.Renew, inner);
}
