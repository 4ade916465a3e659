using System.Buffers.Binary;
using System.IO.Compression;

namespace FedActors.FL.Data.Sources;

/// <summary>Reads IDX files, the form of MNIST and its kin, as they are or gzipped.</summary>
/// <remarks>
/// Two zero bytes, the element type, the number of dimensions, each dimension as a big-endian 32-bit number, then the elements in C order
/// (LeCun's description of the MNIST files). Elements are unsigned bytes, as in all of those sets.
/// </remarks>
public static class IdxReader
{
    private const byte UnsignedByte = 0x08;
    private const int MaxDimensions = 8;

    /// <summary>Whether a file begins as an IDX file, or as a gzip file.</summary>
    /// <exception cref="DataFileException">The file is missing or cannot be read.</exception>
    public static bool Recognises(string path)
    {
        using FileStream stream = DataFiles.OpenRead(path);
        Span<byte> start = stackalloc byte[3];
        return stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && (IsGzip(start) || (start[0] == 0 && start[1] == 0 && start[2] is >= 0x08 and <= 0x0E));
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">How much it may ask for; null for the defaults.</param>
    /// <exception cref="DataFileException">The file is missing, damaged, too large or of another element type.</exception>
    public static NpyArray Read(string path, DataLimits? limits = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream file = DataFiles.OpenRead(path);
        Span<byte> start = stackalloc byte[2];
        int read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        file.Position = 0;
        bool gzip = read == start.Length && IsGzip(start);
        try
        {
            using Stream stream = gzip ? new GZipStream(file, CompressionMode.Decompress) : new BufferedStream(file);
            return Read(stream, path, limits ?? new DataLimits());
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or IOException)
        {
            throw new DataFileException(path, null, gzip ? "this is not a gzipped IDX file, or it is truncated or damaged" : "the file is truncated or cannot be read", DataPlace.Renew, e);
        }
    }

    private static NpyArray Read(Stream stream, string path, DataLimits limits)
    {
        Span<byte> head = stackalloc byte[4];
        stream.ReadExactly(head);
        if (head[0] != 0 || head[1] != 0 || head[2] != UnsignedByte || head[3] is 0 or > MaxDimensions)
        {
            throw new DataFileException(
                path, null, $"it begins with {Convert.ToHexStringLower(head)}; an IDX file of unsigned bytes begins with 000008 and 1 to {MaxDimensions} dimensions", "Give an IDX file as MNIST's, or save the data with numpy.savez.");
        }

        int[] shape = new int[head[3]];
        long most = limits.MaxArrayBytes / sizeof(float);
        long count = 1;
        Span<byte> number = stackalloc byte[4];
        for (int i = 0; i < shape.Length; i++)
        {
            stream.ReadExactly(number);
            uint length = BinaryPrimitives.ReadUInt32BigEndian(number);
            if (length > most || count * length > most)
            {
                throw new DataFileException(path, null, $"it says that it holds [{string.Join(", ", shape[..i].Select(former => (uint)former).Append(length))}] elements, which is more than {most}", "Split the data over more files.");
            }

            shape[i] = (int)length;
            count *= length;
        }

        byte[] values = new byte[count];
        stream.ReadExactly(values);
        return stream.ReadByte() < 0
            ? NpyArray.Of(values, shape)
            : throw new DataFileException(path, null, $"there are bytes beyond the {count} elements that it says it holds", DataPlace.Renew);
    }

    private static bool IsGzip(ReadOnlySpan<byte> start) => start[0] == 0x1F && start[1] == 0x8B;
}
