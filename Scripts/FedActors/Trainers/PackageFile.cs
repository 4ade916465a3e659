using FedActors.FL.Configuration;
using FedActors.FL.Roles;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using Microsoft.Win32.SafeHandles;

namespace FedActors.Scripts.Trainers;

/// <summary>The package that a provider hands out: a file that was looked through once and stays open.</summary>
internal sealed class PackageFile : IPackageSource, IDisposable
{
    private readonly SafeFileHandle _handle;

    private PackageFile(SafeFileHandle handle, PackageOffer offer)
    {
        _handle = handle;
        Offer = offer;
    }

    /// <inheritdoc/>
    public PackageOffer Offer { get; }

    /// <summary>Opens the configured package, if there is one.</summary>
    /// <exception cref="CommandFailure">It is not there, is another one, or is out of order.</exception>
    public static PackageFile? Open(PackageConfig config)
    {
        if (config.File is not { } file)
        {
            return null;
        }

        try
        {
            PackageOffer offer = Inspect(file, config.Checksum);
            return new PackageFile(File.OpenHandle(file), offer);
        }
        catch (Exception e) when (e is TrainerException or IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.InvalidState, "trainer_package", e.Message, e);
        }
    }

    /// <summary>Opens it for members that run on this machine by the same configuration.</summary>
    /// <exception cref="CommandFailure">As above, or they would all refuse it.</exception>
    public static PackageFile? OpenForMembers(FedConfig config)
    {
        PackageFile? package = Open(config.Package);
        if (package is null || config.Trainer.Allows(package.Offer.Checksum))
        {
            return package;
        }

        package.Dispose();
        throw CommandContext.ConfigFailure([new ConfigFault(
            ConfigKeys.AllowPackage.Path, $"\"{config.Trainer.AllowPackage}\"", null,
            $"must allow the package {config.Package.File}, or no member trains: set it to {package.Offer.Checksum} if you trust that package, or to any")]);
    }

    /// <inheritdoc/>
    public byte[] Read(long offset, int count)
    {
        byte[] bytes = new byte[Math.Min(count, Offer.Bytes - offset)];
        int read = RandomAccess.Read(_handle, bytes, offset);
        return read == bytes.Length
            ? bytes
            : throw new IOException($"the package has been cut short: {Offer.Bytes} bytes were there when the provider started");
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private static PackageOffer Inspect(string file, string? wanted)
    {
        PackageArchive archive = new(file);
        string checksum = archive.Checksum();
        if (wanted is not null && wanted != checksum)
        {
            throw new TrainerException($"The package {file} has the SHA-256 {checksum}; {ConfigKeys.PackageChecksum.Path} is {wanted}. It is another package, or was changed: nothing was started.");
        }

        long bytes = new FileInfo(file).Length;
        return bytes <= PackageOffer.MaxBytes
            ? new PackageOffer(checksum, bytes, archive.ReadManifest().EntryPoints)
            : throw new TrainerException($"The package {file} has {bytes:N0} bytes; at most {PackageOffer.MaxBytes:N0} are handed out.");
    }
}
