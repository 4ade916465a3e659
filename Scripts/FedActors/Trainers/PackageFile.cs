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
