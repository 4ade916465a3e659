using FedActors.Actors;
using FedActors.FL.Configuration;
using FedActors.FL.Roles;
using FedActors.FL.Training;
using FedActors.Scripts.Configuration;

namespace FedActors.Scripts.Trainers;

/// <summary>Runs the packages that a provider hands out, if this member's configuration allows it; kept by their checksums.</summary>
internal sealed class MemberPackages : IPackageRunner
{
    private readonly TrainerConfig _config;
    private readonly string _cache;
    private readonly string _work;
    private readonly string _member;
    private readonly Func<ActorRef> _source;
    private readonly TimeProvider _time;
    private readonly Action<string> _note;

    /// <summary>Prepares nothing yet.</summary>
    /// <param name="config">What is allowed, and the limits.</param>
    /// <param name="storage">The storage folder.</param>
    /// <param name="member">The member's name.</param>
    /// <param name="source">What hands packages out by now.</param>
    /// <param name="time">The clock.</param>
    /// <param name="note">Told what a person may want to know.</param>
    public MemberPackages(TrainerConfig config, StorageConfig storage, string member, Func<ActorRef> source, TimeProvider time, Action<string> note)
    {
        _config = config;
        _cache = storage.Packages;
        _work = storage.TrainerFolder(member);
        _member = member;
        _source = source;
        _time = time;
        _note = note;
    }

    /// <inheritdoc/>
    public async Task<PackagePrograms> PrepareAsync(PackageOffer offer, CancellationToken cancellationToken)
    {
        if (!_config.Allows(offer.Checksum))
        {
            throw new TrainerException($"The run uses the package {offer.Checksum} ({offer.Bytes:N0} bytes) that its provider hands out, and no such package runs here: {ConfigKeys.AllowPackage.Path} is \"{_config.AllowPackage}\". Set it to that checksum if you trust that package, or to any for whatever this provider hands out, and start this member again.");
        }

        TrainerPackage package = await OpenAsync(offer, cancellationToken).ConfigureAwait(false);
        TrainerProcess usual = _config.Usual();
        return new PackagePrograms(
            package.EntryPoints.HasFlag(EntryPoint.Train) ? subject => new ExternalTrainer(package.Process(EntryPoint.Train, usual), subject, Path.Combine(_work, "train"), _time) : null,
            package.EntryPoints.HasFlag(EntryPoint.Validate) ? subject => new ExternalValidator(package.Process(EntryPoint.Validate, usual), subject, Path.Combine(_work, "validate"), _time) : null);
    }

    private async Task<TrainerPackage> OpenAsync(PackageOffer offer, CancellationToken cancellationToken)
    {
        string archive = Path.Combine(_cache, $"{offer.Checksum}.tar.gz");
        string claimant = FileNames.Of(_member);
        string? found = File.Exists(archive) ? await Task.Run(new PackageArchive(archive).Checksum, cancellationToken).ConfigureAwait(false) : null;
        if (found != offer.Checksum)
        {
            if (found is not null)
            {
                _note($"{archive} has the SHA-256 {found} and is fetched again");
            }

            // What is there is replaced, not deleted: another member may have put the right one there by now.
            await new PackageFetch(_source, _time).FetchAsync(offer, archive, claimant, cancellationToken).ConfigureAwait(false);
            _note($"{_member} fetched the package {offer.Checksum}, {offer.Bytes:N0} bytes");
        }

        return await Task.Run(() => TrainerPackage.Open(archive, offer.Checksum, _cache, claimant), cancellationToken).ConfigureAwait(false);
    }
}
