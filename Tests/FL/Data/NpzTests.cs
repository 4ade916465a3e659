using System.Buffers.Binary;
using System.IO.Compression;
using FedActors.FL.Data;
using FedActors.FL.Numerics;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Data;

public sealed class NpzTests
{
    private static readonly NpyArray X = NpyArray.Of([1f, 2, 3, 4, 5, 6], 3, 2);
    private static readonly NpyArray Y = NpyArray.Of([0L, 1, 2], 3);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void RoundTrip_StoredOrDeflated_KeepsNamesAndValues(bool compress)
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "new", "a.npz");

        NpzWriter.Write(path, [new("X", X), new("y", Y)], compress);

        using NpzReader reader = NpzReader.Open(path);
        reader.Names.Should().Equal("X", "y");
        reader.Read("y").Values<long>().ToArray().Should().Equal(0, 1, 2);
        reader.Read("X").Values<float>().ToArray().Should().Equal(1, 2, 3, 4, 5, 6);
        Directory.GetFiles(Path.GetDirectoryName(path)!).Should().HaveCount(1);
    }

    [Fact]
    public void Write_Twice_GivesTheSameBytes()
    {
        NpzFiles.Npz(true, ("X", X)).Should().Equal(NpzFiles.Npz(true, ("X", X)));
    }

    [Fact]
    public void Read_FlippedBitInStoredEntry_IsRefusedByChecksum()
    {
        byte[] bytes = NpzFiles.Npz(false, ("X", X));
        byte[] oneAndTwo = [0x00, 0x00, 0x80, 0x3f, 0x00, 0x00, 0x00, 0x40];
        int data = bytes.AsSpan().IndexOf(oneAndTwo);
        bytes[data] ^= 1;

        using NpzReader reader = NpzFiles.OpenNpz(bytes);

        FluentActions.Invoking(() => reader.Read("X")).Should().Throw<DataFileException>().WithMessage("a.npz, array X: the checksum is*");
    }

    [Fact]
    public void Open_EveryTruncation_IsRefused()
    {
        byte[] bytes = NpzFiles.Npz(true, ("X", X), ("y", Y));
        for (int length = 0; length < bytes.Length; length++)
        {
            FluentActions.Invoking(() => NpzFiles.OpenNpz(bytes[..length]).Dispose()).Should().Throw<DataFileException>("of {0} bytes", length);
        }
    }

    [Fact]
    public void Read_RandomDamage_NeverFailsOtherwiseThanByName()
    {
        byte[] sound = NpzFiles.Npz(true, ("X", X), ("y", Y));
        RandomStream random = new(11);
        for (int trial = 0; trial < 3000; trial++)
        {
            byte[] bytes = (byte[])sound.Clone();
            for (int changes = random.NextInt(4) + 1; changes > 0; changes--)
            {
                bytes[random.NextInt(bytes.Length)] = (byte)random.NextUInt64();
            }

            try
            {
                using NpzReader reader = NpzFiles.OpenNpz(bytes);
                foreach (string name in reader.Names)
                {
                    reader.Read(name);
                }
            }
            catch (DataFileException e)
            {
                e.File.Should().Be("a.npz");
            }
        }
    }

    [Fact]
    public void Open_DeclaredSizeThatDeflateCannotReach_IsRefusedBeforeAllocation()
    {
        byte[] bytes = NpzFiles.Npz(true, ("X", X));
        int directory = bytes.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(directory + 24), 900_000_000);

        FluentActions.Invoking(() => NpzFiles.OpenNpz(bytes)).Should().Throw<DataFileException>().WithMessage("*cannot hold 900000000*");
    }

    [Fact]
    public void Open_BombOfZeros_IsRefusedByItsSize()
    {
        byte[] bytes = NpzFiles.Zip(CompressionLevel.SmallestSize, ("X.npy", new byte[4 << 20]));
        bytes.Length.Should().BeLessThan(8192);

        FluentActions.Invoking(() => NpzFiles.OpenNpz(bytes, new DataLimits { MaxArrayBytes = 1 << 20 }))
            .Should().Throw<DataFileException>().WithMessage("a.npz, array X: the array takes 4194304 bytes*");
    }

    [Fact]
    public void Open_ManyEntriesOrMuchInAll_IsRefused()
    {
        byte[] bytes = NpzFiles.Npz(true, ("a", X), ("b", X), ("c", X));

        FluentActions.Invoking(() => NpzFiles.OpenNpz(bytes, new DataLimits { MaxEntries = 2 })).Should().Throw<DataFileException>().WithMessage("*3 entries*");
        FluentActions.Invoking(() => NpzFiles.OpenNpz(bytes, new DataLimits { MaxArchiveBytes = 300 })).Should().Throw<DataFileException>().WithMessage("*together*");
    }

    [Fact]
    public void Read_DeclaredLengthBelowContent_IsRefused()
    {
        byte[] npy = NpzFiles.Npy(X);
        byte[] bytes = NpzFiles.Zip(CompressionLevel.SmallestSize, ("X.npy", [.. npy, 1, 2, 3]));
        int directory = bytes.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(directory + 24), npy.Length);

        FluentActions.Invoking(() =>
        {
            using NpzReader reader = NpzFiles.OpenNpz(bytes);
            reader.Read("X");
        }).Should().Throw<DataFileException>();
    }

    [Fact]
    public void Open_EntryThatIsNoArray_IsRefused()
    {
        FluentActions.Invoking(() => NpzFiles.OpenNpz(NpzFiles.Zip(CompressionLevel.Fastest, ("readme.txt", [1]))))
            .Should().Throw<DataFileException>().WithMessage("*readme.txt is not an npy array*");
    }

    [Fact]
    public void Open_ArrayTwice_IsRefused()
    {
        byte[] npy = NpzFiles.Npy(X);

        FluentActions.Invoking(() => NpzFiles.OpenNpz(NpzFiles.Zip(CompressionLevel.Fastest, ("X.npy", npy), ("X.npy", npy))))
            .Should().Throw<DataFileException>().WithMessage("*array X: the array occurs twice*");
    }

    [Fact]
    public void Read_ArrayThatIsNotThere_NamesThoseThatAre()
    {
        using NpzReader reader = NpzFiles.OpenNpz(NpzFiles.Npz(true, ("a", X), ("b", Y)));

        FluentActions.Invoking(() => reader.Read("X")).Should().Throw<DataFileException>().WithMessage("*no array X; there are: a, b*");
    }

    [Fact]
    public void Write_FolderThatCannotBe_IsRefused()
    {
        using TemporaryFolder folder = new();
        string file = Path.Combine(folder.Path, "file");
        File.WriteAllText(file, "in the way");

        FluentActions.Invoking(() => NpzWriter.Write(Path.Combine(file, "a.npz"), [new("X", X)]))
            .Should().Throw<DataFileException>().WithMessage("*cannot be written*");
    }
}
