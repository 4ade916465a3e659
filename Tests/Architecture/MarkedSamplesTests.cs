using FedActors.Tests.TestKit;

namespace FedActors.Tests.Architecture;

public sealed class MarkedSamplesTests
{
    private const string Source = "class A\n{\n    #region body\n    int a;\n\n        int b;\n    #endregion\n}\n";

    [Fact]
    public void Pages_EverySample_IsARegionOfWhatIsCompiled() =>
        Repository.Files(".md").SelectMany(page => MarkedSamples.Check(page, Read(page)!, Read)).Select(violation => violation.ToString()).Should().BeEmpty();

    [Fact]
    public void Check_SampleAsItsRegion_HasNoViolation() =>
        MarkedSamples.Check("a.md", "# A\n<!-- A.cs#body -->\n```csharp\nint a;\n\n    int b;\n```\n", _ => Source).Should().BeEmpty();

    [Theory]
    [InlineData("# A\n\n```csharp\nint a;\n```\n", 3, "a sample that nothing compiles")]
    [InlineData("<!-- A.cs#other -->\n```csharp\nint a;\n```\n", 1, "A.cs has no region other")]
    [InlineData("<!-- B.cs#body -->\n```csharp\nint a;\n```\n", 1, "B.cs has no region body")]
    [InlineData("<!-- A.cs#body -->\n```csharp\nint a;\n```\n", 1, "the sample differs from A.cs, region body")]
    public void Check_SampleThatIsNoRegion_IsNamedWithItsLine(string text, int line, string why) =>
        MarkedSamples.Check("a.md", text, file => file == "A.cs" ? Source : null).Should().ContainSingle()
            .Which.ToString().Should().StartWith($"a.md:{line}: {why}");

    private static string? Read(string path)
    {
        string full = Repository.PathOf(path);
        return File.Exists(full) ? File.ReadAllText(full).ReplaceLineEndings("\n") : null;
    }
}
