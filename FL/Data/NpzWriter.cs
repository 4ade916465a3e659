using System.IO.Compression;

namespace FedActors.FL.Data;

/// <summary>Writes NumPy's npz files.</summary>
public static class NpzWriter
{
    // Zip cannot tell earlier times. A fixed one keeps equal data in equal files.
    private static readonly DateTimeOffset Epoch = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes a file, whole or not at all.</summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <param name="arrays">Name and array, in the order to be written.</param>
    /// <param name="compress">Whether to deflate.</param>
    /// <exception cref="DataFileException">It cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<KeyValuePair<string, NpyArray>> arrays, bool compress = true) =>
        DataFiles.WriteWhole(path, stream => Write(stream, arrays, compress));

    /// <summary>Writes an archive to a stream, which stays open.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="arrays">Name and array, in the order to be written.</param>
    /// <param name="compress">Whether to deflate.</param>
    public static void Write(Stream stream, IReadOnlyList<KeyValuePair<string, NpyArray>> arrays, bool compress = true)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(arrays);
        using ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true);
        foreach ((string name, NpyArray array) in arrays)
        {
            ZipArchiveEntry entry = archive.CreateEntry(name + ".npy", compress ? CompressionLevel.Optimal : CompressionLevel.NoCompression);
            entry.LastWriteTime = Epoch;
            using Stream target = entry.Open();
            NpyWriter.Write(target, array);
        }
    }
}
