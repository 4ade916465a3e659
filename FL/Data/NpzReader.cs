using System.IO.Compression;

namespace FedActors.FL.Data;

/// <summary>Reads NumPy's npz files: zip archives, stored or deflated, with an npy file for each array.</summary>
public sealed class NpzReader : IDisposable
{
    private const string Suffix = ".npy";

    // Deflate cannot do better: its densest code gives 258 bytes for two bits (RFC 1951, section 3.2.5).
    private const long MaxRatio = 1032;

    private readonly Stream _file;
    private readonly ZipArchive _archive;
    private readonly DataLimits _limits;
    private readonly Dictionary<string, ZipArchiveEntry> _entries = [];

    private NpzReader(Stream stream, string file, DataLimits limits)
    {
        File = file;
        _file = stream;
        _limits = limits;
        try
        {
            _archive = new ZipArchive(stream, ZipArchiveMode.Read);
            ReadEntries();
        }
        catch (DataFileException)
        {
            stream.Dispose();
            throw;
        }
        catch (Exception e) when (IsDamage(e))
        {
            stream.Dispose();
            throw new DataFileException(file, null, "this is not an npz file, or it is truncated or damaged", DataPlace.Renew, e);
        }
    }

    /// <summary>The file's path, or what else it is called in messages.</summary>
    public string File { get; }

    /// <summary>Names of the arrays, without <c>.npy</c>, in the file's order.</summary>
    public IReadOnlyCollection<string> Names => _entries.Keys;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">How much it may ask for; null for the defaults.</param>
    /// <exception cref="DataFileException">The file is missing, unreadable, damaged or asks for too much.</exception>
    public static NpzReader Open(string path, DataLimits? limits = null) => new(DataFiles.OpenRead(path), path, limits ?? new DataLimits());

    /// <summary>Opens a stream, which the reader takes ownership of.</summary>
    /// <param name="stream">A stream that can seek.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="limits">How much it may ask for; null for the defaults.</param>
    /// <exception cref="DataFileException">The bytes are damaged or ask for too much.</exception>
    public static NpzReader Open(Stream stream, string name, DataLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        return new(stream, name, limits ?? new DataLimits());
    }

    /// <summary>Whether there is an array of this name.</summary>
    public bool Contains(string name) => _entries.ContainsKey(name);

    /// <summary>Reads an array.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="DataFileException">There is no such array, or it is damaged, too large or of an unsupported type.</exception>
    public NpyArray Read(string name)
    {
        ZipArchiveEntry entry = Find(name);
        DataPlace place = new(File, name);
        try
        {
            using Stream stream = entry.Open();
            NpySource source = new(stream, entry.Length, place);
            NpyArray array = NpyReader.Read(source, _limits);
            if (source.Checksum != entry.Crc32)
            {
                throw place.Fault($"the checksum is {source.Checksum:x8}, the archive says {entry.Crc32:x8}: bytes have changed", DataPlace.Renew);
            }

            return array;
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw place.Fault($"the zip entry is damaged or of an unsupported kind ({e.Message})", "Write it with numpy.savez or numpy.savez_compressed.", e);
        }
    }

    /// <summary>Begins to read an array in pieces.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="DataFileException">There is no such array, or its header is damaged, or promises another length.</exception>
    internal OnDemand.NpyStream Stream(string name)
    {
        ZipArchiveEntry entry = Find(name);
        DataPlace place = new(File, name);
        Stream? stream = null;
        try
        {
            stream = entry.Open();
            NpySource source = new(stream, entry.Length, place);
            NpyHeader header = NpyReader.ReadHeader(source, _limits);
            if (source.Remaining != header.ByteCount)
            {
                throw place.Fault($"an array of shape ({string.Join(", ", header.Shape)}) takes {header.ByteCount:0} bytes; there are {source.Remaining}", DataPlace.Renew);
            }

            // A stored entry's bytes are the file's own, and after the header its elements begin.
            OnDemand.NpyStream opened = new(stream, source, header, entry.Crc32, _file.Position);
            stream = null;
            return opened;
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw place.Fault($"the zip entry is damaged or of an unsupported kind ({e.Message})", "Write it with numpy.savez or numpy.savez_compressed.", e);
        }
        finally
        {
            stream?.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _archive.Dispose();

    private ZipArchiveEntry Find(string name) => _entries.GetValueOrDefault(name)
        ?? throw new DataFileException(File, null, $"there is no array {name}; there are: {string.Join(", ", Names)}", "Name the arrays as numpy.savez does with keyword arguments.");

    private void ReadEntries()
    {
        if (_archive.Entries.Count > _limits.MaxEntries)
        {
            throw new DataFileException(File, null, $"the archive has {_archive.Entries.Count} entries; at most {_limits.MaxEntries} are read", "Keep only the arrays of the data set.");
        }

        long total = 0;
        foreach (ZipArchiveEntry entry in _archive.Entries)
        {
            if (!entry.FullName.EndsWith(Suffix, StringComparison.Ordinal))
            {
                throw new DataFileException(File, null, $"the entry {entry.FullName} is not an npy array", "Write the file with numpy.savez.");
            }

            string name = entry.FullName[..^Suffix.Length];
            DataPlace place = new(File, name);
            if (entry.IsEncrypted)
            {
                throw place.Fault("the entry is encrypted", "Store it without a password.");
            }

            CheckSizes(entry, place, ref total);
            if (!_entries.TryAdd(name, entry))
            {
                throw place.Fault("the array occurs twice", "Write the file with numpy.savez.");
            }
        }
    }

    // A zip bomb declares, or hides, far more than its file could hold: the sizes must be possible before any is believed.
    private void CheckSizes(ZipArchiveEntry entry, DataPlace place, ref long total)
    {
        if (entry.Length < 0 || entry.CompressedLength < 0 || entry.Length / MaxRatio > entry.CompressedLength)
        {
            throw place.Fault($"{entry.CompressedLength} compressed bytes cannot hold {entry.Length}", DataPlace.Renew);
        }

        long most = _limits.MaxArrayBytes + _limits.MaxHeaderBytes;
        if (entry.Length > most)
        {
            throw place.Fault($"the array takes {entry.Length} bytes; at most {most} are read", "Split the data over more sites, or store fewer features.");
        }

        total += entry.Length;
        if (total > _limits.MaxArchiveBytes)
        {
            throw place.Fault($"the arrays together take more than {_limits.MaxArchiveBytes} bytes", "Split the data over more sites.");
        }
    }

    // What ZipArchive throws for bytes that are not a sound archive; the arguments it checks come from the file.
    private static bool IsDamage(Exception e) =>
        e is InvalidDataException or EndOfStreamException or IOException or NotSupportedException or ArgumentException or OverflowException;
}
