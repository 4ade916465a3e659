using System.Formats.Tar;
using System.Text;
using FedActors.Scripts.Trainers;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.Trainers;

/// <summary>What fuzzing found that a package's archive may hold.</summary>
public sealed class PackageArchiveTests : IDisposable
{
    private const int SizeOffset = 124;
    private const int TimeOffset = 136;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ReadManifest_OfASoundArchive_IsRead() => Read(Tar()).EntryPoints.Should().NotBe(FedActors.FL.Configuration.EntryPoint.None);

    [Fact]
    public void ReadManifest_DescriptionThatSaysItIsHuge_IsRefusedBeforeItTakesMemory()
    {
        byte[] tar = Tar();
        "17777777777\0"u8.CopyTo(tar.AsSpan(SizeOffset));
        long before = GC.GetAllocatedBytesForCurrentThread();

        FluentActions.Invoking(() => Read(tar)).Should().Throw<TrainerException>().WithMessage("*is no tar.gz: an entry that describes another has 2,147,483,647 bytes*");
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(1 << 20);
    }

    [Fact]
    public void ReadManifest_SizeThatIsNone_IsRefused()
    {
        byte[] tar = Tar();
        "12 apples   "u8.CopyTo(tar.AsSpan(SizeOffset));

        FluentActions.Invoking(() => Read(tar)).Should().Throw<TrainerException>().WithMessage("*is no entry's size*");
    }

    [Fact]
    public void ReadManifest_TimeBeyondAllTimes_IsRefused()
    {
        byte[] tar = Tar();
        tar.AsSpan(TimeOffset, 12).Fill(0x7F);
        tar[TimeOffset] = 0x80;

        FluentActions.Invoking(() => Read(tar)).Should().Throw<TrainerException>().WithMessage("*is no tar.gz*");
    }

    private PackageManifest Read(byte[] tar)
    {
        File.WriteAllBytes(_folder["package.tgz"], Gzip.Of(tar));
        return new PackageArchive(_folder["package.tgz"]).ReadManifest();
    }

    private static byte[] Tar()
    {
        using MemoryStream stream = new();
        using (TarWriter writer = new(stream, TarEntryFormat.Pax, leaveOpen: true))
        {
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, PackageManifest.FileName) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes("""{"entry_points":{"train":["a"]}}""")) });
        }

        return stream.ToArray();
    }
}
