using FedActors.FL.Data;
using FedActors.FL.Data.Sources;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Data.Sources;

public sealed class IdxReaderTests : IDisposable
{
    private static readonly byte[] TwoPictures = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_Pictures_HaveTheirShapeAndBytes(bool gzip)
    {
        string file = Write(TwoPictures, gzip);

        NpyArray array = IdxReader.Read(file);

        IdxReader.Recognises(file).Should().BeTrue();
        array.Shape.Should().Equal(2, 2, 3);
        array.Values<byte>().ToArray().Should().Equal(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255);
    }

    [Theory]
    [InlineData(false, "truncated")]
    [InlineData(true, "truncated or damaged")]
    public void Read_FileCutShort_IsRefused(bool gzip, string text)
    {
        byte[] whole = gzip ? Gzip.Of(TwoPictures) : TwoPictures;
        foreach (int length in new[] { 5, whole.Length / 2 })
        {
            File.WriteAllBytes(_folder["cut"], whole[..length]);
            FluentActions.Invoking(() => IdxReader.Read(_folder["cut"])).Should().Throw<DataFileException>("of {0} bytes", length).WithMessage($"*{text}*");
        }
    }

    [Fact]
    public void Read_BytesBeyondTheEnd_AreRefused() =>
        FluentActions.Invoking(() => IdxReader.Read(Write([.. TwoPictures, 1], gzip: false))).Should().Throw<DataFileException>().WithMessage("*beyond the 12 elements*");

    [Fact]
    public void Read_AnotherElementType_IsRefusedByItsBytes() =>
        FluentActions.Invoking(() => IdxReader.Read(Write([0, 0, 0x0D, 1, 0, 0, 0, 0], gzip: false))).Should().Throw<DataFileException>().WithMessage("*begins with 00000d01*");

    [Theory]
    [InlineData(0x7F)]
    [InlineData(0xFF)]
    public void Read_ShapeBeyondTheLimit_IsRefusedBeforeAnythingIsAllocated(byte first) =>
        FluentActions.Invoking(() => IdxReader.Read(Write([0, 0, 8, 2, first, 255, 255, 255, 0, 0, 0, 9], gzip: true), new DataLimits { MaxArrayBytes = 4096 }))
            .Should().Throw<DataFileException>().WithMessage("*more than 1024*");

    [Theory]
    [InlineData(0x94)]
    [InlineData(0x7F)]
    public void Read_LaterDimensionBeyondTheLimit_IsRefused(byte first) =>
        FluentActions.Invoking(() => IdxReader.Read(Write([0, 0, 8, 2, 0, 0, 0, 72, first, 62, 229, 18], gzip: false))).Should().Throw<DataFileException>().WithMessage($"*holds [72, {(uint)(first << 24) + 0x3EE512}] elements*");

    [Fact]
    public void Recognises_OtherFiles_False()
    {
        File.WriteAllText(_folder["text"], "a,b\n1,2\n");
        File.WriteAllBytes(_folder["empty"], []);

        IdxReader.Recognises(_folder["text"]).Should().BeFalse();
        IdxReader.Recognises(_folder["empty"]).Should().BeFalse();
    }

    private string Write(byte[] bytes, bool gzip)
    {
        File.WriteAllBytes(_folder["file"], gzip ? Gzip.Of(bytes) : bytes);
        return _folder["file"];
    }
}
