using System.Security.Cryptography;
using FedActors.Actors;
using FedActors.FL.Configuration;
using FedActors.FL.Protocol;

namespace FedActors.Scripts.Trainers;

/// <summary>Fetches a package from its provider, part by part, into a file that is there only when it is whole and verified.</summary>
/// <param name="source">What hands it out by now.</param>
/// <param name="time">The clock.</param>
internal sealed class PackageFetch(Func<ActorRef> source, TimeProvider time)
{
    // A connection may break and come back; a provider that is gone for longer is looked for by the member itself.
    private const int MaxAttempts = 4;
    private const int HashBytes = 1 << 16;

    // Of the first attempt; each later one has as much more, or a slow connection would be asked to send a part again and again.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Fetches it.</summary>
    /// <param name="offer">The package.</param>
    /// <param name="target">Where it belongs; what is there is replaced.</param>
    /// <param name="claimant">Who fetches: beside the target, the package grows in a file of this name, from where an earlier attempt ended.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="TrainerException">The provider does not answer, refuses, or sends something else.</exception>
    public async Task FetchAsync(PackageOffer offer, string target, string claimant, CancellationToken cancellationToken)
    {
        try
        {
            string partial = Claim(target, claimant);
            bool goesOn = File.Exists(partial);
            string found = await ReceiveAsync(offer, partial, cancellationToken).ConfigureAwait(false);
            if (found != offer.Checksum && goesOn)
            {
                // What was left may have been damaged here, by a power failure. That is no word on what the provider sends.
                File.Delete(partial);
                found = await ReceiveAsync(offer, partial, cancellationToken).ConfigureAwait(false);
            }

            if (found != offer.Checksum)
            {
                File.Delete(partial);
                throw new TrainerException($"What the provider sent as package {offer.Checksum} has the SHA-256 {found}: it was changed on its way or at the provider. It was dropped, and nothing of it was run.");
            }

            File.Move(partial, target, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrainerException($"The package {offer.Checksum} cannot be kept as {target}: {e.Message}", e);
        }
    }

    /// <summary>Makes the folder, and drops what is left there of other packages: a member has one at a time.</summary>
    private static string Claim(string target, string claimant)
    {
        string ending = $".{claimant}.partial";
        string partial = target + ending;
        string folder = Directory.CreateDirectory(Path.GetDirectoryName(target)!).FullName;
        foreach (string left in Directory.GetFiles(folder, $"*.tar.gz{ending}").Where(left => Path.GetFileName(left) != Path.GetFileName(partial)))
        {
            File.Delete(left);
        }

        return partial;
    }

    private async Task<string> ReceiveAsync(PackageOffer offer, string partial, CancellationToken cancellationToken)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using FileStream file = new(partial, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        if (file.Length > offer.Bytes)
        {
            file.SetLength(0);
        }

        byte[] kept = new byte[HashBytes];
        while (await file.ReadAsync(kept, cancellationToken).ConfigureAwait(false) is > 0 and int count)
        {
            hash.AppendData(kept.AsSpan(0, count));
        }

        for (long offset = file.Length; offset < offer.Bytes;)
        {
            ReadOnlyMemory<byte> bytes = await AskAsync(offer, offset, cancellationToken).ConfigureAwait(false);
            hash.AppendData(bytes.Span);
            await file.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
            offset += bytes.Length;
        }

        file.Flush(flushToDisk: true);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private async Task<ReadOnlyMemory<byte>> AskAsync(PackageOffer offer, long offset, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await source().AskAsync<object>(new PackageRequest(offer.Checksum, offset), Patience * attempt, cancellationToken).ConfigureAwait(false) switch
                {
                    PackagePart part when part.Checksum == offer.Checksum && part.Offset == offset && part.Bytes.Length > 0 && part.Bytes.Length <= offer.Bytes - offset => part.Bytes,
                    PackageRefused refused => throw new TrainerException($"The provider does not hand out the package {offer.Checksum}: {refused.Text}"),
                    _ => throw new TrainerException($"The provider answered byte {offset} of the package {offer.Checksum} with something else."),
                };
            }
            catch (Exception e) when (e is TimeoutException or AskFailedException)
            {
                if (attempt == MaxAttempts)
                {
                    throw new TrainerException($"The package {offer.Checksum} could not be fetched: {e.Message}", e);
                }

                await Task.Delay(Pause * attempt, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
