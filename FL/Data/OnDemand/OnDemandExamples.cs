using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace FedActors.FL.Data.OnDemand;

/// <summary>Opens a site's file so that its examples are read as they are needed. Labels are held.</summary>
/// <remarks>
/// The examples are gone through in pieces: their checksum, that all numbers are finite. If they are stored as float32 rows, they
/// are read where they lie from then on. If they are deflated, or of another type, they are laid out in the cache during that pass, in a
/// file whose name says the file's place, its SHA-256 and the rows' own CRC-32; a file that is there already is held against its name.
/// </remarks>
/// <param name="path">An npz file, or an npy file of examples.</param>
/// <param name="sha256">Its SHA-256, which the caller has verified.</param>
/// <param name="options">What is held, and where examples are laid out.</param>
/// <param name="whole">What may be read at once: a larger array is read in pieces, however little of memory its float32 rows would take.</param>
/// <param name="labelsPath">The labels of an npy file.</param>
internal sealed class OnDemandExamples(string path, string sha256, OnDemandOptions options, DataLimits whole, string? labelsPath = null)
{
    // As long as the disk is large; what is in memory at a time is a piece.
    private const long MaxArrayBytes = 1L << 40;
    private const int PieceBytes = 1 << 20;

    private static readonly DataLimits Limits = new() { MaxArrayBytes = MaxArrayBytes, MaxArchiveBytes = 3 * MaxArrayBytes };

    // What other places' files have laid out is theirs, and bears other names.
    private string Place => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(path))))[..16];

    /// <summary>Opens them, or gives null where they are small enough to be held.</summary>
    /// <param name="features">Numbers per example, as the manifest says.</param>
    /// <param name="classes">Classes, likewise.</param>
    /// <exception cref="DataFileException">The file is damaged, or does not fit.</exception>
    public DataSet? TryOpen(int features, int classes)
    {
        using NpzReader? reader = labelsPath is null ? NpzReader.Open(path, Limits) : null;
        using NpyStream stream = OpenStream(reader);
        NpyHeader header = stream.Header;
        if (header.ByteCount / header.Type.Size() * sizeof(float) <= options.MemoryBytes && header.ByteCount <= Math.Min(whole.MaxArrayBytes, DataLimits.MaxMaxArrayBytes))
        {
            return null;
        }

        int rows = CheckShape(stream, features);
        int[] labels = ReadLabels(reader);
        if (labels.Length != rows)
        {
            throw new DataFileException(labelsPath ?? path, null, $"it has {labels.Length} labels for {rows} examples", "Give one label for each example.");
        }

        int bad = labels.AsSpan().IndexOfAnyExceptInRange(0, classes - 1);
        return bad < 0
            ? new DataSet(classes, OpenRows(stream, rows, features), labels)
            : throw new DataFileException(path, null, $"row {bad} has label {labels[bad]}; {classes} classes allow 0 to {classes - 1}", "Correct the label or the manifest.");
    }

    private NpyStream OpenStream(NpzReader? reader) => reader is null ? NpyReader.Stream(path, Limits) : reader.Stream(LabelledExamples.NamesIn(reader).Examples);

    private int[] ReadLabels(NpzReader? reader)
    {
        if (reader is null)
        {
            return LabelledExamples.ToLabels(labelsPath!, "labels", NpyReader.Read(labelsPath!));
        }

        string name = LabelledExamples.NamesIn(reader).Labels;
        return LabelledExamples.ToLabels(path, name, reader.Read(name));
    }

    private static int CheckShape(NpyStream stream, int features)
    {
        NpyHeader header = stream.Header;
        if (header.Shape is not [int rows and <= DataSet.MaxCount, int columns])
        {
            throw stream.Place.Fault($"its shape is [{string.Join(", ", header.Shape)}], not [examples, features], with at most {DataSet.MaxCount} examples", "Reshape it to two dimensions, or split it over more sites.");
        }

        if (columns != features)
        {
            throw stream.Place.Fault($"it has {columns} features; {features} are expected", "Create the files of all sites in one go.");
        }

        return header.FortranOrder
            ? throw stream.Place.Fault("it is stored column by column, and too large to be turned in memory", "Save it with numpy.ascontiguousarray.")
            : rows;
    }

    private IRowSource OpenRows(NpyStream stream, int rows, int features)
    {
        if (stream.Header.Type == NpyType.Float32)
        {
            SafeFileHandle handle = DataFiles.OpenHandle(path);
            if (LiesAt(stream, handle, rows, features))
            {
                return new RowFile(handle, stream.Place, stream.DataOffset, rows, features);
            }

            handle.Dispose();
        }

        return Laid(rows, features);
    }

    // Deflated bytes are never those of the file at that place, but for a coincidence that this comparison does not believe in.
    private static bool LiesAt(NpyStream stream, SafeFileHandle handle, int rows, int features)
    {
        Piece piece = new(stream, rows, features);
        byte[] there = new byte[PieceBytes];
        long position = stream.DataOffset;
        while (piece.Next())
        {
            ReadOnlySpan<byte> bytes = piece.Bytes;
            for (int done = 0; done < bytes.Length;)
            {
                int read = RandomAccess.Read(handle, there.AsSpan(0, Math.Min(there.Length, bytes.Length - done)), position);
                if (read == 0 || !bytes.Slice(done, read).SequenceEqual(there.AsSpan(0, read)))
                {
                    return false;
                }

                (done, position) = (done + read, position + read);
            }
        }

        stream.ExpectEnd();
        return true;
    }

    private RowFile Laid(int rows, int features)
    {
        try
        {
            Directory.CreateDirectory(options.CacheFolder);
            string own = $"{Place}-{sha256}-";
            foreach (string former in Directory.GetFiles(options.CacheFolder, $"{Place}-*").Where(file => !Path.GetFileName(file).StartsWith(own, StringComparison.Ordinal)))
            {
                DropUnused(former);
            }

            string kept = Directory.GetFiles(options.CacheFolder, $"{own}*.f32").FirstOrDefault(file => IsWhole(file, rows, features)) ?? LayOut(rows, features);
            return new RowFile(DataFiles.OpenHandle(kept), new DataPlace(kept), 0, rows, features);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(options.CacheFolder, null, $"the examples of {path} cannot be laid out ({e.Message})", "Free some space, or set Storage:Path to a disk that has it.", e);
        }
    }

    // What is left of a file that this place held before, or of a start that was cut short.
    private static void DropUnused(string file)
    {
        try
        {
            new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose();
            File.Delete(file);
        }
        catch (IOException)
        {
            // Another process works with it. The next start looks again.
            return;
        }
    }

    private string LayOut(int rows, int features)
    {
        using NpzReader? reader = labelsPath is null ? NpzReader.Open(path, Limits) : null;
        using NpyStream stream = OpenStream(reader);
        string partial = Path.Combine(options.CacheFolder, string.Create(CultureInfo.InvariantCulture, $"{Place}-{sha256}.{Environment.ProcessId}.{Environment.CurrentManagedThreadId}.partial"));
        Crc32 checksum = new();
        try
        {
            string kept;
            using (FileStream target = new(partial, FileMode.Create, FileAccess.Write, FileShare.Delete))
            {
                Piece piece = new(stream, rows, features);
                while (piece.Next())
                {
                    checksum.Append(piece.Bytes);
                    target.Write(piece.Bytes);
                }

                stream.ExpectEnd();
                target.Flush();

                // While it is held: whoever starts meanwhile would take it for one that was cut short.
                kept = Path.Combine(options.CacheFolder, $"{Place}-{sha256}-{checksum.Value:x8}.f32");
                File.Move(partial, kept, overwrite: true);
            }

            return kept;
        }
        finally
        {
            File.Delete(partial);
        }
    }

    private static bool IsWhole(string file, int rows, int features)
    {
        using FileStream stream = DataFiles.OpenRead(file);
        if (stream.Length != (long)rows * features * sizeof(float))
        {
            return false;
        }

        Crc32 checksum = new();
        byte[] bytes = new byte[PieceBytes];
        while (stream.Read(bytes) is > 0 and int read)
        {
            checksum.Append(bytes.AsSpan(0, read));
        }

        return Path.GetFileNameWithoutExtension(file).EndsWith($"-{checksum.Value:x8}", StringComparison.Ordinal);
    }

    /// <summary>The stream's rows in pieces, as float32.</summary>
    private sealed class Piece(NpyStream stream, int rows, int features)
    {
        private readonly int _most = Math.Max(1, PieceBytes / (features * sizeof(float)));
        private float[] _values = [];
        private int _first;

        /// <summary>The piece's bytes, little-endian.</summary>
        public ReadOnlySpan<byte> Bytes
        {
            get
            {
                if (BitConverter.IsLittleEndian)
                {
                    return MemoryMarshal.AsBytes(_values.AsSpan());
                }

                byte[] reversed = MemoryMarshal.AsBytes(_values.AsSpan()).ToArray();
                ByteOrder.Reverse(reversed, sizeof(float));
                return reversed;
            }
        }

        public bool Next()
        {
            int count = Math.Min(_most, rows - _first);
            if (count <= 0)
            {
                return false;
            }

            _values = NpyReader.ReadSingles(stream, count * features, _values);
            int odd = _values.AsSpan().IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
            if (odd >= 0)
            {
                throw stream.Place.Fault($"row {_first + (odd / features)}, feature {odd % features} is {_values[odd]}", "Remove or fill such rows; 'fedactors data inspect' finds them.");
            }

            _first += count;
            return true;
        }
    }
}
