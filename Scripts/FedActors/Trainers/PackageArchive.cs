using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace FedActors.Scripts.Trainers;

/// <summary>A package's tar.gz. Whoever reads it may rely on this: names stay within their folder, there are files and folders only, and not too many.</summary>
/// <param name="file">The archive.</param>
internal sealed class PackageArchive(string file)
{
    // A package is code and perhaps weights to start from, not a data set.
    private const int MaxEntries = 10_000;
    private const long MaxBytes = 1L << 30;
    private const int MaxNameLength = 1_024;
    private const int CompareBytes = 1 << 16;

    /// <summary>The package as messages name it.</summary>
    public string Name => $"the package {file}";

    /// <summary>Its SHA-256 in lower-case hex.</summary>
    /// <exception cref="TrainerException">It cannot be read.</exception>
    public string Checksum()
    {
        try
        {
            using FileStream stream = File.OpenRead(file);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrainerException($"The package {file} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads all of it and gives its manifest, without writing anything.</summary>
    /// <exception cref="TrainerException">It is out of order, or has no manifest.</exception>
    public PackageManifest ReadManifest()
    {
        Read(tar => TarHeaders.Check(tar, MaxBytes));
        byte[]? manifest = null;
        Walk((entry, path) =>
        {
            if (path == PackageManifest.FileName)
            {
                manifest = entry.Length <= PackageManifest.MaxBytes
                    ? ReadAll(entry)
                    : throw new TrainerException($"The manifest {PackageManifest.FileName} of {Name} has {entry.Length} bytes; at most {PackageManifest.MaxBytes} are allowed.");
            }
        });
        return manifest is null
            ? throw new TrainerException($"The package {file} has no {PackageManifest.FileName} at its top.")
            : PackageManifest.Parse(Encoding.UTF8.GetString(manifest), Name);
    }

    /// <summary>Unpacks it into an empty folder.</summary>
    /// <exception cref="TrainerException">It is out of order.</exception>
    public void Unpack(string folder) => Walk((entry, path) =>
    {
        string target = Path.Combine(folder, path);
        if (entry.EntryType == TarEntryType.Directory)
        {
            Directory.CreateDirectory(target);
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        entry.ExtractToFile(target, overwrite: false);
    });

    /// <summary>Holds what was unpacked earlier against the archive.</summary>
    /// <exception cref="TrainerException">They differ.</exception>
    public void Compare(string folder) => Walk((entry, path) =>
    {
        if (entry.EntryType != TarEntryType.Directory && !IsSame(entry, Path.Combine(folder, path)))
        {
            throw new TrainerException($"{path} in {folder} is not what the package has under that name any more: it was changed after it was unpacked. Delete the folder, and it is unpacked anew.");
        }
    });

    private void Walk(Action<TarEntry, string> take) => Read(tar =>
    {
        using TarReader reader = new(tar);
        HashSet<string> seen = new(StringComparer.Ordinal);
        (int entries, long bytes) = (0, 0);
        while (reader.GetNextEntry() is { } entry)
        {
            bytes += entry.Length;
            if (++entries > MaxEntries || bytes > MaxBytes)
            {
                throw new TrainerException($"The package {file} has more than {MaxEntries:N0} entries or {MaxBytes:N0} bytes.");
            }

            if (entry.EntryType is TarEntryType.GlobalExtendedAttributes or TarEntryType.ExtendedAttributes)
            {
                continue;
            }

            string path = Check(entry);
            if (entry.EntryType != TarEntryType.Directory && !seen.Add(path))
            {
                throw new TrainerException($"The package {file} holds {path} twice.");
            }

            take(entry, path);
        }
    });

    private void Read(Action<Stream> read)
    {
        try
        {
            using FileStream stream = File.OpenRead(file);
            using GZipStream unzipped = new(stream, CompressionMode.Decompress);
            read(unzipped);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException or ArithmeticException or ArgumentException or (InvalidOperationException and not TrainerException))
        {
            throw new TrainerException($"The package {file} is no tar.gz: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrainerException($"The package {file} cannot be unpacked: {e.Message}", e);
        }
    }

    /// <summary>The entry's path below the package's folder.</summary>
    private string Check(TarEntry entry)
    {
        if (entry.EntryType is not (TarEntryType.Directory or TarEntryType.RegularFile or TarEntryType.V7RegularFile))
        {
            throw new TrainerException($"The package {file} holds {entry.Name}, a {entry.EntryType}; only files and folders are allowed.");
        }

        string name = entry.Name;
        if (name.Length > MaxNameLength || name.AsSpan().IndexOfAny('\\', '\0', ':') >= 0)
        {
            throw new TrainerException($"The package {file} holds a name that is not allowed: over {MaxNameLength} characters, or with a backslash, a colon or a zero. It begins with {name[..Math.Min(name.Length, 40)]}.");
        }

        if (name.StartsWith('/'))
        {
            throw new TrainerException($"The package {file} holds {name}, an absolute name.");
        }

        string[] parts = [.. name.Split('/').Where(part => part is not ("" or "."))];
        return parts.Contains("..")
            ? throw new TrainerException($"The package {file} holds {name}, which leads out of its folder.")
            : string.Join('/', parts);
    }

    private static byte[] ReadAll(TarEntry entry)
    {
        byte[] bytes = new byte[entry.Length];
        entry.DataStream?.ReadExactly(bytes);
        return bytes;
    }

    private static bool IsSame(TarEntry entry, string path)
    {
        if (!File.Exists(path) || new FileInfo(path).Length != entry.Length)
        {
            return false;
        }

        using FileStream unpacked = File.OpenRead(path);
        byte[] one = new byte[CompareBytes];
        byte[] other = new byte[CompareBytes];
        for (long left = entry.Length; left > 0;)
        {
            int count = (int)Math.Min(left, CompareBytes);
            entry.DataStream!.ReadExactly(one, 0, count);
            unpacked.ReadExactly(other, 0, count);
            if (!one.AsSpan(0, count).SequenceEqual(other.AsSpan(0, count)))
            {
                return false;
            }

            left -= count;
        }

        return true;
    }
}
