using System.Text.RegularExpressions;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Architecture;

public sealed class ReadmeRulesTests
{
    private const string Good = $"# A\n```\n{ReadmeRules.RunCommand}   # trains\n{ReadmeRules.TestCommand}\n```\n";

    [Fact]
    public void Readme_ThisTree_HasItsTwoCommands() =>
        ReadmeRules.Check(File.ReadAllText(Repository.PathOf("README.md"))).Select(violation => violation.ToString()).Should().BeEmpty();

    /// <summary>Whatever else is meant for people has its place under docs; what is not meant for the repository has none.</summary>
    [Fact]
    public void Root_Pages_AreTheKnownOnes() =>
        Repository.Files(".md").Where(path => !path.Contains('/')).Should().BeSubsetOf(["CHANGELOG.md", "CONTRIBUTING.md", "README.md", "SECURITY.md"]);

    [Fact]
    public void Check_BothCommandsOnce_HasNoViolation() => ReadmeRules.Check(Good).Should().BeEmpty();

    [Theory]
    [InlineData("# A\n```\ndotnet test\n```\n", 1)]
    [InlineData(Good + "```\ndotnet test --filter X\n```\n", 7)]
    [InlineData("\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n" + Good, 22)]
    public void Check_CommandMissingTwiceOrTooLow_IsNamedWithItsLine(string text, int line) =>
        ReadmeRules.Check(text).Should().Contain(violation => violation.Line == line);

    [Fact]
    public void Readme_EveryRelativeLink_LeadsSomewhere() =>
        MarkdownLinks.Check(Repository.Files(".md").Select(path => (path, File.ReadAllText(Repository.PathOf(path)))), path => Path.Exists(Repository.PathOf(path)))
            .Select(violation => violation.ToString()).Should().BeEmpty();

    [Fact]
    public void MarkdownLinks_DeadLink_IsNamedWithItsLine() =>
        MarkdownLinks.Check([("docs/a.md", "# A\n\nSee [b](b.md#part), [c](../c.md) and [w](https://example.org).")], path => path == "docs/b.md")
            .Select(violation => violation.ToString()).Should().Equal("docs/a.md:3: the link leads nowhere: ../c.md");

    [Fact]
    public void Decisions_EveryPage_IsListedInOrder()
    {
        string architecture = File.ReadAllText(Repository.PathOf("docs/architecture.md"));
        string[] listed = [.. Regex.Matches(architecture, @"^\| \[(?<number>\d{4})\]\((?<page>adr/\k<number>-[^)]+)\) \|", RegexOptions.Multiline).Select(match => $"docs/{match.Groups["page"].Value}")];

        listed.Should().Equal(Repository.Files(".md").Where(path => path.StartsWith("docs/adr/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }
}
