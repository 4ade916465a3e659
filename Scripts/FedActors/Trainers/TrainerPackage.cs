using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FedActors.Scripts.Trainers;

/// <summary>An external trainer as one file: a tar.gz with a manifest, known by its checksum and unpacked once.</summary>
/// <remarks>The manifest, trainer.json, names the command of each entry point; commands run in the unpacked folder. Nothing is unpacked before the checksum fits.</remarks>
internal static class TrainerPackage
{
    /// <summary>The manifest's name.</summary>
    public const string ManifestName = "trainer.json";

    // A trainer is code and perhaps weights to start from, not a data set.
    private const int MaxEntries = 10_000;
    private const long MaxBytes = 1L << 30;

    /// <summary>Verifies a package, unpacks it where that was not done before, and gives the trainer in it.</summary>
    /// <param name="file">The tar.gz.</param>
    /// <param name="checksum">Its SHA-256 in hex.</param>
    /// <param name="cache">A folder that holds unpacked packages by their checksums.</param>
    /// <param name="usual">The limits; the command is the manifest's.</param>
    /// <exception cref="TrainerException">The package is not there, is another one, or is not in order.</exception>
    public static TrainerProcess Open(string file, string checksum, string cache, TrainerProcess usual)
    {
        string found = Checksum(file);
        if (!string.Equals(found, checksum, StringComparison.OrdinalIgnoreCase))
        {
            throw new TrainerException($"The trainer package {file} has the SHA-256 {found}; {checksum.ToLowerInvariant()} was asked for. It is another package, or was changed on its way: nothing of it was run.");
        }

        string folder = Path.GetFullPath(Path.Combine(cache, found));
        if (!Directory.Exists(folder))
        {
            Unpack(file, folder);
        }

        return usual with { Command = ReadCommand(file, folder), WorkingDirectory = folder };
    }

    private static string Checksum(string file)
    {
        try
        {
            using FileStream stream = File.OpenRead(file);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrainerException($"The trainer package {file} cannot be read: {e.Message}", e);
        }
    }

    // Beside its place and then moved there, so that a folder that bears a checksum is whole.
    private static void Unpack(string file, string folder)
    {
        string partial = $"{folder}.{Environment.ProcessId}.partial";
        Directory.CreateDirectory(partial);
        try
        {
            using FileStream stream = File.OpenRead(file);
            using GZipStream unzipped = new(stream, CompressionMode.Decompress);
            using TarReader reader = new(unzipped);
            (int entries, long bytes) = (0, 0);
            while (reader.GetNextEntry() is { } entry)
            {
                bytes += entry.Length;
                if (++entries > MaxEntries || bytes > MaxBytes)
                {
                    throw new TrainerException($"The trainer package {file} has more than {MaxEntries:N0} entries or {MaxBytes:N0} bytes.");
                }

                Extract(file, entry, partial);
            }

            Directory.Move(partial, folder);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw new TrainerException($"The trainer package {file} is no tar.gz: {e.Message}", e);
        }
        finally
        {
            if (Directory.Exists(partial))
            {
                Directory.Delete(partial, recursive: true);
            }
        }
    }

    private static void Extract(string file, TarEntry entry, string folder)
    {
        string path = Path.GetFullPath(Path.Combine(folder, entry.Name));
        if (path != folder && !path.TrimEnd('/').StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal) && path.TrimEnd('/') != folder)
        {
            throw new TrainerException($"The trainer package {file} holds {entry.Name}, which leads out of its folder.");
        }

        switch (entry.EntryType)
        {
            case TarEntryType.Directory:
                Directory.CreateDirectory(path);
                break;
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile:
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                entry.ExtractToFile(path, overwrite: false);
                break;
            case TarEntryType.GlobalExtendedAttributes or TarEntryType.ExtendedAttributes:
                break;
            default:
                throw new TrainerException($"The trainer package {file} holds {entry.Name}, a {entry.EntryType}; only files and folders are allowed.");
        }
    }

    private static string[] ReadCommand(string file, string folder)
    {
        try
        {
            JsonNode? manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, ManifestName)));
            return manifest is JsonObject { } all && all["entry_points"] is JsonObject points && points["train"] is JsonArray { Count: > 0 } words && words.All(word => word?.GetValueKind() == JsonValueKind.String)
                ? [.. words.Select(word => word!.GetValue<string>())]
                : throw new TrainerException($"The manifest {ManifestName} of {file} has no entry_points.train: a list of a program and its arguments.");
        }
        catch (FileNotFoundException e)
        {
            throw new TrainerException($"The trainer package {file} has no {ManifestName} at its top.", e);
        }
        catch (JsonException e)
        {
            throw new TrainerException($"The manifest {ManifestName} of {file} is no JSON: {e.Message}", e);
        }
    }
}
