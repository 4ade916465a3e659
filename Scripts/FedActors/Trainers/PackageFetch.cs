using System.Security.Cryptography;
using FedActors.Actors;
using FedActors.FL.Configuration;
using FedActors.FL.Protocol;

namespace FedActors.Scripts.Trainers;

/// <summary>Fetches a package from its provider, part by part, into a file that is there only when it is whole and verified.</summary>
/// <param name="source">What hands it out.</param>
/// <param name="time">The clock.</param>
internal sealed class PackageFetch(ActorRef source, TimeProvider time)
{
    // A connection may break and come back; a provider that is gone for longer is looked for by the member itself.
    private const int MaxAttempts = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Fetches it.</summary>
    /// <param name="offer">The package.</param>
    /// <param name="target">Where it belongs.</param>
    /// <param name="partial">Where it grows; what an earlier life left there is dropped.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="TrainerException">The provider does not answer, refuses, or sends something else.</exception>
    public async Task FetchAsync(PackageOffer offer, string target, string partial, CancellationToken cancellationToken)
    {
        try
        {
            string found = await ReceiveAsync(offer, partial, cancellationToken).ConfigureAwait(false);
            if (found != offer.Checksum)
            {
                throw new TrainerException($"What the provider sent as package {offer.Checksum} has the SHA-256 {found}: it was changed on its way or at the provider. It was dropped, and nothing of it was run.");
            }

            File.Move(partial, target, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrainerException($"The package {offer.Checksum} cannot be kept as {target}: {e.Message}", e);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    private async Task<string> ReceiveAsync(PackageOffer offer, string partial, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(partial)!);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using FileStream file = new(partial, FileMode.Create, FileAccess.Write, FileShare.None);
        for (long offset = 0; offset < offer.Bytes;)
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
                return await source.AskAsync<object>(new PackageRequest(offer.Checksum, offset), Patience, cancellationToken).ConfigureAwait(false) switch
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
