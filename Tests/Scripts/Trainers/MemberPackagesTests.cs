using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Tcp;
using FedActors.FL.Configuration;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Trainers;
using FedActors.Tests.TestKit;
using static FedActors.Tests.Scripts.Trainers.PackageFixture;

namespace FedActors.Tests.Scripts.Trainers;

/// <summary>From the provider's file to a member's programs, over TCP.</summary>
public sealed class MemberPackagesTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ActorSystem _provider = Node("provider");
    private readonly ActorSystem _member = Node("worker-A");
    private readonly List<long> _asked = [];
    private readonly List<string> _notes = [];

    public async ValueTask DisposeAsync()
    {
        await _member.DisposeAsync();
        await _provider.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Prepare_PackageOfSeveralParts_IsFetchedOnceAndKept()
    {
        // Noise does not compress: some parts.
        string noise = string.Concat(Enumerable.Range(0, 160_000).Select(i => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(i)))[..32]));
        string checksum = Pack(_folder["package.tar.gz"], File("trainer.json", """{"entry_points":{"train":["sh"],"validate":["sh"]}}"""), File("weights", noise));
        using PackageFile file = PackageFile.Open(new PackageConfig(_folder["package.tar.gz"], checksum))!;
        IPackageRunner packages = await HandedOut(file, checksum);

        PackagePrograms programs = await packages.PrepareAsync(file.Offer, CancellationToken.None);
        PackagePrograms again = await packages.PrepareAsync(file.Offer, CancellationToken.None);

        (programs.Trainer, programs.Validator).Should().NotBe((null, null));
        again.Validator.Should().NotBeNull();
        file.Offer.Should().Be(new PackageOffer(checksum, new FileInfo(_folder["package.tar.gz"]).Length, EntryPoint.Train | EntryPoint.Validate));
        _asked.Should().Equal(Enumerable.Range(0, (int)((file.Offer.Bytes + PackagePart.MaxBytes - 1) / PackagePart.MaxBytes)).Select(i => (long)i * PackagePart.MaxBytes));
        _asked.Count.Should().BeGreaterThan(1);
        Kept().Should().Equal(checksum, $"{checksum}.tar.gz");
    }

    [Theory]
    [InlineData("none")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    public async Task Prepare_NotAllowed_SaysWhichSettingAndAsksForNothing(string allowed)
    {
        Source source = new("nothing"u8.ToArray());
        IPackageRunner packages = await HandedOut(source, allowed);

        string message = await Refusal(packages, source.Offer);

        message.Should().Contain($"Trainer:AllowPackage is \"{allowed}\". Set it to that checksum if you trust that package, or to any").And.Contain(source.Offer.Checksum);
        _asked.Should().BeEmpty();
        Directory.Exists(_folder["storage/packages"]).Should().BeFalse();
    }

    [Fact]
    public async Task Prepare_OtherBytesSent_AreDroppedUnpacked()
    {
        Source source = new("an archive"u8.ToArray()) { Sends = "an archivE"u8.ToArray() };
        IPackageRunner packages = await HandedOut(source, "any");

        (await Refusal(packages, source.Offer)).Should().Contain("it was changed on its way or at the provider. It was dropped, and nothing of it was run.");

        Kept().Should().BeEmpty();
    }

    [Fact]
    public async Task Prepare_MoreBytesSentThanOffered_AreRefused()
    {
        Source source = new("an archive"u8.ToArray()) { Sends = "an archive and more"u8.ToArray() };

        (await Refusal(await HandedOut(source, "any"), source.Offer)).Should().Contain("answered byte 0 of the package").And.Contain("with something else");
    }

    [Fact]
    public async Task Prepare_ProviderHasAnotherPackage_SaysBoth()
    {
        Source source = new("an archive"u8.ToArray());
        PackageOffer other = source.Offer with { Checksum = new string('b', 64) };

        (await Refusal(await HandedOut(source, "any"), other)).Should().Contain($"the provider hands out the package {source.Offer.Checksum}, not {other.Checksum}");
    }

    [Fact]
    public async Task Prepare_ProviderCannotRead_SaysItsWords()
    {
        Source source = new("an archive"u8.ToArray()) { Fault = "the disk is gone" };

        (await Refusal(await HandedOut(source, "any"), source.Offer)).Should().Contain("the provider cannot read the package: the disk is gone");
    }

    [Fact]
    public async Task Prepare_NobodyHandsItOutYet_AsksAgainUntilSomebodyDoes()
    {
        string checksum = Pack(_folder["package.tar.gz"], File("trainer.json", """{"entry_points":{"train":["sh"]}}"""));
        using PackageFile file = PackageFile.Open(new PackageConfig(_folder["package.tar.gz"], null))!;
        TransportAddress address = await _provider.Remote.ListenAsync(new TransportAddress("127.0.0.1", 0));
        ManualTimeProvider clock = new();
        MemberPackages packages = new(
            new TrainerConfig("any", TimeSpan.FromMinutes(1), 0), new StorageConfig(_folder["storage"], 5), "A", () => _member.Remote.Connect(address).ActorOf(CoordinatedRoles.PackagesName), clock, _notes.Add);
        Task<PackagePrograms> preparing = packages.PrepareAsync(file.Offer, CancellationToken.None);
        await Eventually.True(() => clock.ArmedTimers > 0);
        _provider.Spawn(CoordinatedRoles.Packages(file), CoordinatedRoles.PackagesName);

        await Eventually.WhileAdvancing(clock, TimeSpan.FromSeconds(1), preparing);

        (await preparing).Trainer.Should().NotBeNull();
        Kept().Should().Equal(checksum, $"{checksum}.tar.gz");
    }

    [Fact]
    public async Task Prepare_KeptArchiveDamaged_IsFetchedAgain()
    {
        string checksum = Pack(_folder["package.tar.gz"], File("trainer.json", """{"entry_points":{"train":["sh"]}}"""));
        using PackageFile file = PackageFile.Open(new PackageConfig(_folder["package.tar.gz"], null))!;
        IPackageRunner packages = await HandedOut(file, "any");
        await packages.PrepareAsync(file.Offer, CancellationToken.None);
        System.IO.File.AppendAllText(_folder[$"storage/packages/{checksum}.tar.gz"], "x");

        await packages.PrepareAsync(file.Offer, CancellationToken.None);

        _asked.Should().Equal(0, 0);
        _notes.Should().Contain(note => note.Contains("is fetched again"));
    }

    // All that was there was dropped, so that a slow connection never came to an end.
    [Fact]
    public async Task Prepare_FetchEndedEarly_GoesOnWhereItEnded()
    {
        Source source = new(new byte[PackagePart.MaxBytes + 7]) { FaultFrom = 1, Fault = "the disk is gone" };
        IPackageRunner packages = await HandedOut(source, "any");
        await Refusal(packages, source.Offer);
        source.Fault = null;

        (await Refusal(packages, source.Offer)).Should().Contain("is no tar.gz", "it is whole, and what it should be");

        _asked.Should().Equal(0, PackagePart.MaxBytes, PackagePart.MaxBytes);
        Kept().Should().Equal($"{source.Offer.Checksum}.tar.gz");
    }

    [Theory]
    [InlineData(10)]
    [InlineData(9)]
    [InlineData(99)]
    public async Task Prepare_WhatWasLeftIsDamaged_IsFetchedAnew(int bytes)
    {
        Source source = new("an archive"u8.ToArray());
        Directory.CreateDirectory(_folder["storage/packages"]);
        System.IO.File.WriteAllBytes(_folder[$"storage/packages/{source.Offer.Checksum}.tar.gz.A.partial"], new byte[bytes]);
        System.IO.File.WriteAllBytes(_folder["storage/packages/another.tar.gz.A.partial"], new byte[bytes]);

        (await Refusal(await HandedOut(source, "any"), source.Offer)).Should().Contain("is no tar.gz", "it is whole, and what it should be");

        _asked[^1].Should().Be(0);
        Kept().Should().Equal($"{source.Offer.Checksum}.tar.gz");
    }

    [Fact]
    public async Task Prepare_FolderCannotBeMade_SaysSo()
    {
        Source source = new("an archive"u8.ToArray());
        Directory.CreateDirectory(_folder["storage"]);
        System.IO.File.WriteAllText(_folder["storage/packages"], "");

        (await Refusal(await HandedOut(source, "any"), source.Offer)).Should().Contain("cannot be kept as").And.Contain("storage/packages");
    }

    [Fact]
    public void Open_ProvidersPackageHasAnotherChecksum_DoesNotStart()
    {
        string checksum = Pack(_folder["package.tar.gz"], File("trainer.json", """{"entry_points":{"train":["sh"]}}"""));

        FluentActions.Invoking(() => PackageFile.Open(new PackageConfig(_folder["package.tar.gz"], new string('a', 64)))).Should().Throw<CommandFailure>()
            .Which.Message.Should().Contain($"has the SHA-256 {checksum}; Package:Checksum is {new string('a', 64)}").And.Contain("nothing was started");
    }

    private async Task<IPackageRunner> HandedOut(IPackageSource source, string allowed)
    {
        TransportAddress address = await _provider.Remote.ListenAsync(new TransportAddress("127.0.0.1", 0));
        _provider.Spawn(CoordinatedRoles.Packages(new Counted(source, _asked)), CoordinatedRoles.PackagesName);
        return new MemberPackages(
            new TrainerConfig(allowed, TimeSpan.FromMinutes(1), 0), new StorageConfig(_folder["storage"], 5), "A", () => _member.Remote.Connect(address).ActorOf(CoordinatedRoles.PackagesName), TimeProvider.System, _notes.Add);
    }

    private string[] Kept() => [.. Directory.GetFileSystemEntries(_folder["storage/packages"]).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private static async Task<string> Refusal(IPackageRunner packages, PackageOffer offer) =>
        (await FluentActions.Awaiting(() => packages.PrepareAsync(offer, CancellationToken.None)).Should().ThrowAsync<TrainerException>()).Which.Message;

    private static ActorSystem Node(string name) => new(new ActorSystemOptions
    {
        Node = name,
        Remoting = new RemotingOptions { Transport = new TcpTransport(), Registry = CoordinatedProtocol.Register(new MessageRegistryBuilder()).Build() },
    });

    private sealed class Counted(IPackageSource source, List<long> asked) : IPackageSource
    {
        public PackageOffer Offer => source.Offer;

        public byte[] Read(long offset, int count)
        {
            asked.Add(offset);
            return source.Read(offset, count);
        }
    }

    private sealed class Source(byte[] bytes) : IPackageSource
    {
        public PackageOffer Offer { get; } = new(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)), bytes.Length, EntryPoint.Train);

        public byte[]? Sends { get; init; }

        public string? Fault { get; set; }

        public long FaultFrom { get; init; }

        public byte[] Read(long offset, int count) => Fault is null || offset < FaultFrom
            ? (Sends ?? bytes)[(int)offset..Math.Min((int)offset + count, (Sends ?? bytes).Length)]
            : throw new IOException(Fault);
    }
}
