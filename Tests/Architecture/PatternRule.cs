using System.Text.RegularExpressions;

namespace FedActors.Tests.Architecture;

/// <summary>A rule that forbids a pattern in some files, with a snippet that breaks it and one that does not.</summary>
internal sealed record PatternRule
{
    public required string Name { get; init; }

    /// <summary>What is wrong and what to do instead, for the reader of a failure.</summary>
    public required string Why { get; init; }

    public required Regex Forbidden { get; init; }

    /// <summary>Which files the rule is for.</summary>
    public required Func<SourceFile, bool> For { get; init; }

    /// <summary>Which view of the file is searched; code without literals and comments unless said otherwise.</summary>
    public Func<SourceFile, string> Reads { get; init; } = file => file.Code;

    /// <summary>Where the two snippets pretend to be.</summary>
    public required string Path { get; init; }

    public required string Bad { get; init; }

    public required string Good { get; init; }

    public IEnumerable<Violation> Check(SourceFile file) =>
        For(file) ? Forbidden.Matches(Reads(file)).Select(match => new Violation(file.Path, file.LineOf(match.Index), Why)) : [];

    public override string ToString() => Name;
}
