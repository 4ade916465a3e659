using FedActors.FL.Configuration;

namespace FedActors.Scripts.Trainers;

/// <summary>A package that is verified and unpacked: its programs run in the unpacked folder.</summary>
/// <remarks>Nothing is unpacked before the checksum fits, and what was unpacked earlier is held against the archive before it is run again.</remarks>
internal sealed class TrainerPackage
{
    private readonly PackageManifest _manifest;
    private readonly string _folder;

    private TrainerPackage(string folder, PackageManifest manifest)
    {
        _folder = folder;
        _manifest = manifest;
    }

    /// <summary>What it has programs for.</summary>
    public EntryPoint EntryPoints => _manifest.EntryPoints;

    /// <summary>Verifies a package and unpacks it where that was not done before.</summary>
    /// <param name="file">The tar.gz.</param>
    /// <param name="checksum">Its SHA-256 in hex.</param>
    /// <param name="cache">A folder that holds unpacked packages by their checksums.</param>
    /// <param name="claimant">Who unpacks; a member has one package at a time, and others may use the folder with it.</param>
    /// <exception cref="TrainerException">The package is not there, is another one, or is not in order.</exception>
    public static TrainerPackage Open(string file, string checksum, string cache, string claimant)
    {
        PackageArchive archive = new(file);
        string found = archive.Checksum();
        if (!string.Equals(found, checksum, StringComparison.OrdinalIgnoreCase))
        {
            throw new TrainerException($"The package {file} has the SHA-256 {found}; {checksum.ToLowerInvariant()} was asked for. It is another package, or was changed on its way: nothing of it was run.");
        }

        PackageManifest manifest = archive.ReadManifest();
        string folder = Path.GetFullPath(Path.Combine(cache, found));
        if (Directory.Exists(folder))
        {
            archive.Compare(folder);
        }
        else
        {
            Unpack(archive, folder, $"{folder}.{claimant}.partial");
        }

        return new TrainerPackage(folder, manifest);
    }

    /// <summary>The program of an entry point.</summary>
    /// <param name="point">The entry point.</param>
    /// <param name="usual">The limits; the command is the manifest's.</param>
    /// <exception cref="TrainerException">The package has none.</exception>
    public TrainerProcess Process(EntryPoint point, TrainerProcess usual)
    {
        string[] command = _manifest.CommandOf(point);

        // A program of the package's own; one without a folder is looked for where programs are.
        if (command[0].Contains('/') && !Path.IsPathRooted(command[0]))
        {
            command = [Path.Combine(_folder, command[0]), .. command[1..]];
        }

        return usual with { Command = command, WorkingDirectory = _folder };
    }

    // Beside its place and then moved there, so that a folder that bears a checksum is whole.
    private static void Unpack(PackageArchive archive, string folder, string partial)
    {
        Remove(partial);
        Directory.CreateDirectory(partial);
        try
        {
            archive.Unpack(partial);
            Directory.Move(partial, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            // Another member was first.
            archive.Compare(folder);
        }
        finally
        {
            Remove(partial);
        }
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
