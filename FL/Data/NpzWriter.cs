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

    /// <summary>Writes labelled examples, stored and not deflated, whatever their size: whole or not at all.</summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <param name="data">The examples.</param>
    /// <param name="examples">What their array is called.</param>
    /// <param name="labels">What the labels' array is called.</param>
    /// <exception cref="DataFileException">It cannot be written, or the examples cannot be read.</exception>
    public static void WriteExamples(string path, DataSet data, string examples, string labels)
    {
        ArgumentNullException.ThrowIfNull(data);
        DataFiles.WriteWhole(path, stream =>
        {
            using ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true);
            using (Stream target = Create(archive, examples, compress: false).Open())
            {
                target.Write(new NpyHeader(NpyType.Float32, FortranOrder: false, [data.Count, data.Features]).ToBytes());
                foreach (DataSet window in data.Windows())
                {
                    NpyWriter.WriteSingles(target, window.Values);
                }
            }

            using Stream last = Create(archive, labels, compress: false).Open();
            NpyWriter.Write(last, NpyArray.Of(Array.ConvertAll(data.Labels.ToArray(), static label => (long)label), data.Count));
        });
    }

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
            using Stream target = Create(archive, name, compress).Open();
            NpyWriter.Write(target, array);
        }
    }

    private static ZipArchiveEntry Create(ZipArchive archive, string name, bool compress)
    {
        ZipArchiveEntry entry = archive.CreateEntry(name + ".npy", compress ? CompressionLevel.Optimal : CompressionLevel.NoCompression);
        entry.LastWriteTime = Epoch;
        return entry;
    }
}
