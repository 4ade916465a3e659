using FedActors.Tests.TestKit;

namespace FedActors.Tests.Architecture;

public sealed class PatternRulesTests
{
    private static readonly IReadOnlyList<SourceFile> Tree = SourceFile.All();

    public static TheoryData<string> Rules => [.. PatternRules.All.Select(rule => rule.Name)];

    [Theory]
    [MemberData(nameof(Rules))]
    public void SourceTree_EveryFile_KeepsTheRule(string rule) =>
        Tree.SelectMany(Named(rule).Check).Select(violation => violation.ToString()).Should().BeEmpty();

    [Theory]
    [MemberData(nameof(Rules))]
    public void PatternRule_BadSnippet_IsNamedWithItsLine(string rule)
    {
        PatternRule subject = Named(rule);
        string[] before = ["namespace A;", ""];

        Violation found = subject.Check(new SourceFile(subject.Path, string.Join('\n', before) + '\n' + subject.Bad)).Should().ContainSingle().Subject;

        found.Path.Should().Be(subject.Path);
        found.Line.Should().BeInRange(3, 3 + subject.Bad.Count(c => c == '\n'));
        found.ToString().Should().StartWith($"{subject.Path}:{found.Line}: ");
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void PatternRule_GoodSnippet_HasNoViolation(string rule)
    {
        PatternRule subject = Named(rule);

        subject.Check(new SourceFile(subject.Path, subject.Good)).Should().BeEmpty();
    }

    [Fact]
    public void AllowedTo_EveryFileNamed_StillExists() =>
        AllowedTo.Block.Concat(AllowedTo.Sleep).Concat(AllowedTo.CatchEverything).Where(path => !File.Exists(Repository.PathOf(path))).Should().BeEmpty();

    private static PatternRule Named(string name) => PatternRules.All.Single(rule => rule.Name == name);
}
