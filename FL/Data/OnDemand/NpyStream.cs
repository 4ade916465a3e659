namespace FedActors.FL.Data.OnDemand;

/// <summary>An array of an npz file, to be read in pieces.</summary>
/// <param name="stream">The entry's bytes.</param>
/// <param name="source">The same, check-summed; past the header.</param>
/// <param name="header">What it is.</param>
/// <param name="checksum">What the archive says that the bytes' checksum is.</param>
/// <param name="dataOffset">Where its first element is in the file, if it is stored there as it is.</param>
internal sealed class NpyStream(Stream stream, NpySource source, NpyHeader header, uint checksum, long dataOffset) : IDisposable
{
    /// <summary>What it is.</summary>
    public NpyHeader Header => header;

    /// <summary>Where its first element is in the archive's file. Only where the entry is stored: whoever reads there compares.</summary>
    public long DataOffset => dataOffset;

    /// <summary>Where it comes from.</summary>
    public DataPlace Place => source.Place;

    /// <summary>The next bytes.</summary>
    /// <exception cref="DataFileException">They end too early, or cannot be decompressed or read.</exception>
    public void Fill(Span<byte> bytes) => source.Fill(bytes);

    /// <summary>Refuses bytes that go on, or are others than the archive says.</summary>
    /// <exception cref="DataFileException">So they are.</exception>
    public void ExpectEnd()
    {
        source.ExpectEnd();
        if (source.Checksum != checksum)
        {
            throw Place.Fault($"the checksum is {source.Checksum:x8}, the archive says {checksum:x8}: bytes have changed", DataPlace.Renew);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();
}
