using FedActors.FL.Data;
using FedActors.FL.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace FedActors.Tests.FL.Data;

public sealed class NpyTests
{
    private const string Header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n";

    private static readonly byte[] SixSingles = new byte[24];

    [Fact]
    public void RoundTrip_AnyArray_KeepsEveryBit() =>
        FsCheck.Check.One(
            Config.QuickThrowOnFailure,
            Prop.ForAll(Gen.Choose(0, int.MaxValue).Select(seed => Random((ulong)seed)).ToArbitrary(), array =>
            {
                NpyArray read = NpzFiles.ReadNpy(NpzFiles.Npy(array));

                return read.Type == array.Type && read.Shape.SequenceEqual(array.Shape) && NpzFiles.Npy(read).SequenceEqual(NpzFiles.Npy(array));
            }));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Read_EachVersion_FindsTheArray(int version)
    {
        NpyArray array = NpzFiles.ReadNpy(NpzFiles.Npy(Header, SixSingles, version));

        array.ToString().Should().Be("<f4 [2, 3]");
    }

    [Theory]
    [InlineData("{'shape': (6,), 'descr': \"<f4\", 'fortran_order': False}", "<f4 [6]")]
    [InlineData("{ 'descr' : '<f4','fortran_order':True,'shape':(2L,3L) }   \n", "<f4 [2, 3]")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (24,), }", "|u1 [24]")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (1, 3, 1), }", "<f8 [1, 3, 1]")]
    public void Read_HeaderWrittenOtherwise_IsUnderstood(string header, string expected)
    {
        NpzFiles.ReadNpy(NpzFiles.Npy(header, SixSingles)).ToString().Should().Be(expected);
    }

    [Fact]
    public void Read_Scalar_HasOneElement()
    {
        NpyArray array = NpzFiles.ReadNpy(NpzFiles.Npy("{'descr': '<i4', 'fortran_order': False, 'shape': (), }", [5, 0, 0, 0]));

        array.Shape.Should().BeEmpty();
        array.Values<int>().ToArray().Should().Equal(5);
    }

    [Fact]
    public void Read_FortranOrder_GivesRowMajorValues()
    {
        byte[] columns = [0, 3, 1, 4, 2, 5];

        NpyArray array = NpzFiles.ReadNpy(NpzFiles.Npy("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }", columns));

        array.Values<byte>().ToArray().Should().Equal(0, 1, 2, 3, 4, 5);
    }

    [Theory]
    [InlineData("{'descr': '>f4', 'fortran_order': False, 'shape': (2, 3), }", "*>f4 is not supported*astype*")]
    [InlineData("{'descr': '<c8', 'fortran_order': False, 'shape': (2, 3), }", "*<c8 is not supported*")]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (2, 3), }", "*|O is not supported*")]
    [InlineData("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2, 3), }", "*structured*")]
    [InlineData("{'descr': '<f4', 'fortran_order': 0, 'shape': (2, 3), }", "*neither True nor False*")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, -3), }", "*dimension*")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999,), }", "*too large*")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,6), }", "*more than 8 dimensions*")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), 'extra': 1}", "*'extra' is unknown*")]
    [InlineData("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}", "*'descr' is unknown or repeated*")]
    [InlineData("{'descr': '<f4', 'fortran_order': False}", "*exactly descr, fortran_order and shape*")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)} __import__('os')", "*exactly*")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)", "*missing*")]
    [InlineData("", "*missing*")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 4), }", "*truncated*")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }", "*8 bytes more*")]
    public void Read_UnsoundHeader_IsRefusedWithFileAndReason(string header, string message)
    {
        FluentActions.Invoking(() => NpzFiles.ReadNpy(NpzFiles.Npy(header, SixSingles)))
            .Should().Throw<DataFileException>().WithMessage(message).WithMessage("a.npy: *");
    }

    [Fact]
    public void Read_ShapeBeyondLimit_IsRefusedBeforeAllocation()
    {
        byte[] bytes = NpzFiles.Npy("{'descr': '<f8', 'fortran_order': False, 'shape': (2000000000, 2000000000, 2000000000), }", []);

        long before = GC.GetAllocatedBytesForCurrentThread();
        FluentActions.Invoking(() => NpzFiles.ReadNpy(bytes)).Should().Throw<DataFileException>().WithMessage("*at most 1073741824*");
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(1 << 20);
    }

    [Fact]
    public void Read_HugeDimensionsBesideZero_IsEmpty()
    {
        byte[] bytes = NpzFiles.Npy("{'descr': '<f8', 'fortran_order': True, 'shape': (2000000000, 2000000000, 2000000000, 0), }", []);

        NpzFiles.ReadNpy(bytes).Count.Should().Be(0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("PK")]
    [InlineData("this is a text file, not an array")]
    public void Read_AnotherKindOfFile_IsRefused(string text)
    {
        FluentActions.Invoking(() => NpzFiles.ReadNpy(System.Text.Encoding.ASCII.GetBytes(text)))
            .Should().Throw<DataFileException>().WithMessage("*not an npy array*numpy.save*");
    }

    [Fact]
    public void Read_EveryTruncation_IsRefused()
    {
        byte[] bytes = NpzFiles.Npy(Header, SixSingles);
        for (int length = 0; length < bytes.Length; length++)
        {
            FluentActions.Invoking(() => NpzFiles.ReadNpy(bytes[..length])).Should().Throw<DataFileException>("of {0} bytes", length);
        }
    }

    [Fact]
    public void Read_UnknownVersionOrLongHeader_IsRefused()
    {
        byte[] version4 = NpzFiles.Npy(Header, SixSingles);
        version4[6] = 4;

        FluentActions.Invoking(() => NpzFiles.ReadNpy(version4)).Should().Throw<DataFileException>().WithMessage("*version 4.0*");
        FluentActions.Invoking(() => NpzFiles.ReadNpy(NpzFiles.Npy(Header + new string(' ', 20_000), SixSingles, 2)))
            .Should().Throw<DataFileException>().WithMessage("*at most 10000*");
    }

    [Fact]
    public void Read_MissingFile_IsRefusedWithItsPath()
    {
        FluentActions.Invoking(() => NpyReader.Read("no/such/file.npy"))
            .Should().Throw<DataFileException>().WithMessage("no/such/file.npy: there is no such file*");
    }

    [Fact]
    public void TryToIntegers_FractionsAndInfinity_AreFound()
    {
        NpyArray.Of([1.0, 2.0], 2).TryToIntegers(out long[] whole, out _).Should().BeTrue();
        whole.Should().Equal(1, 2);
        NpyArray.Of([1.0, 2.5], 2).TryToIntegers(out _, out int index).Should().BeFalse();
        index.Should().Be(1);
        NpyArray.Of([float.PositiveInfinity], 1).TryToIntegers(out _, out _).Should().BeFalse();
        NpyArray.Of([double.NaN], 1).TryToIntegers(out _, out _).Should().BeFalse();
    }

    private static NpyArray Random(ulong seed)
    {
        RandomStream random = new(seed);
        int[] shape = new int[random.NextInt(4)];
        int count = 1;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            shape[axis] = random.NextInt(5);
            count *= shape[axis];
        }

        ulong[] bits = [.. Enumerable.Range(0, count).Select(_ => random.NextUInt64())];
        return random.NextInt(5) switch
        {
            0 => NpyArray.Of(Array.ConvertAll(bits, b => BitConverter.UInt32BitsToSingle((uint)b)), shape),
            1 => NpyArray.Of(Array.ConvertAll(bits, BitConverter.UInt64BitsToDouble), shape),
            2 => NpyArray.Of(Array.ConvertAll(bits, b => (long)b), shape),
            3 => NpyArray.Of(Array.ConvertAll(bits, b => (int)b), shape),
            _ => NpyArray.Of(Array.ConvertAll(bits, b => (byte)b), shape),
        };
    }
}
