namespace FedActors.Tests.Architecture;

public sealed class FileLengthTests
{
    [Fact]
    public void SourceTree_EveryFile_IsShortEnough() =>
        SourceFile.All().SelectMany(FileLength.Check).Select(violation => violation.ToString()).Should().BeEmpty();

    [Theory]
    [InlineData(FileLength.MaxLines, 0)]
    [InlineData(FileLength.MaxLines + 1, 1)]
    public void FileLength_AtTheLimit_CountsEveryLine(int lines, int violations) =>
        FileLength.Check(new SourceFile("A/B.cs", string.Concat(Enumerable.Repeat("x\n", lines)))).Should().HaveCount(violations);
}
