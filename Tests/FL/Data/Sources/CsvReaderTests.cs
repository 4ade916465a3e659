using FedActors.FL.Data;
using FedActors.FL.Data.Sources;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Data.Sources;

public sealed class CsvReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_WithNames_GivesColumnsByNameAndNumber()
    {
        CsvTable table = CsvReader.Read(Write("\"width\", height ,kind\r\n1.5,-2e3,0\r\n\r\n 3 ,4,1\n"));

        table.Names.Should().Equal("width", "height", "kind");
        table.Rows.Should().Be(2);
        table.Column("height").Should().Equal(-2000, 4);
        table.Column("3").Should().Equal(0, 1);
        table.Others(["kind"]).Values<float>().ToArray().Should().Equal(1.5f, -2000, 3, 4);
    }

    [Fact]
    public void Read_QuotedNames_MayHoldCommasAndQuotes()
    {
        CsvTable table = CsvReader.Read(Write("\uFEFF\"width, in cm\",\"the \"\"kind\"\"\"\n1,\"2\"\n"));

        table.Names.Should().Equal("width, in cm", "the \"kind\"");
        table.Column("2").Should().Equal(2);
    }

    [Fact]
    public void Read_LineWithoutEnd_IsRefusedBeforeItIsHeld()
    {
        File.WriteAllText(_folder["table.csv"], "1,2\n" + new string('1', 1 << 25));

        FluentActions.Invoking(() => CsvReader.Read(_folder["table.csv"])).Should().Throw<DataFileException>().WithMessage("*the line after line 1 has more than 16777216 characters*");
    }

    [Fact]
    public void Read_WithoutNames_NumbersThem()
    {
        CsvTable table = CsvReader.Read(Write("1,2\n3,4"));

        table.Names.Should().Equal("1", "2");
        table.Rows.Should().Be(2);
    }

    [Theory]
    [InlineData("a,b\n1,2\n3,x\n", "*line 3, column 2 (b) is \"x\", which is no number*Number labels and groups that are words 0, 1, 2*")]
    [InlineData("1,2\n3,\n", "*line 2, column 2 is \"\"*")]
    [InlineData("1,2\n3\n", "*line 2 has 1 fields; the first has 2*")]
    [InlineData("x,1\n\n\n2,3\n4,y\n", "*line 5, column 2 (1) is \"y\"*")]
    [InlineData("1,2\n\"3,4\n", "*line 2 has 1 fields; the first has 2*")]
    [InlineData("a,a\n1,2\n", "*column a occurs twice*")]
    [InlineData("a,b\n", "*no row of numbers*")]
    [InlineData("", "*no row of numbers*")]
    public void Read_BadLine_IsRefusedWithLineAndColumn(string text, string message) =>
        FluentActions.Invoking(() => CsvReader.Read(Write(text))).Should().Throw<DataFileException>().WithMessage(message);

    [Fact]
    public void Read_MoreThanTheLimit_IsRefused() =>
        FluentActions.Invoking(() => CsvReader.Read(Write("1,2\n3,4\n5,6\n"), new DataLimits { MaxArrayBytes = 32 })).Should().Throw<DataFileException>().WithMessage("*more than 4 numbers by line 3*");

    [Fact]
    public void Column_Unknown_NamesThoseThatThereAre() =>
        FluentActions.Invoking(() => CsvReader.Read(Write("a,b\n1,2\n")).Column("c")).Should().Throw<DataFileException>().WithMessage("*no column c; there are: a, b*");

    private string Write(string text)
    {
        File.WriteAllText(_folder["table.csv"], text);
        return _folder["table.csv"];
    }
}
