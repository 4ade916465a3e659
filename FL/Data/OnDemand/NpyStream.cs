namespace FedActors.FL.Data.OnDemand;

/// <summary>An array of an npz or npy file, to be read in pieces.</summary>
/// <param name="stream">The entry's bytes, or the file's.</param>
/// <param name="source">The same, check-summed; past the header.</param>
/// <param name="header">What it is.</param>
/// <param name="checksum">What the archive says that the bytes' checksum is; null for an npy file, which says nothing.</param>
/// <param name="dataOffset">Where its first element is in the file, if it is stored there as it is.</param>
internal sealed class NpyStream(Stream stream, NpySource source, NpyHeader header, uint? checksum, long dataOffset) : IDisposable
{
    /// <summary>What it is.</summary>
    public NpyHeader Header => header;

    /// <summary>Where its first element is in the file. Only where an archive's entry is stored: whoever reads there compares.</summary>
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
        if (checksum is not null && source.Checksum != checksum)
        {
            throw Place.Fault($"the checksum is {source.Checksum:x8}, the archive says {checksum:x8}: bytes have changed", DataPlace.Renew);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();
}
