using FedActors.Tests.TestKit;

namespace FedActors.Tests.Architecture;

/// <summary>A C# file as the rules read it.</summary>
internal sealed class SourceFile
{
    private static readonly string[] ProgramFolders = ["Scripts/", "Benchmarks/", "examples/"];

    public SourceFile(string path, string text)
    {
        Path = path;
        Text = text.ReplaceLineEndings("\n");
        Code = CSharpBlanker.Blank(Text);
        CodeAndComments = CSharpBlanker.Blank(Text, keepComments: true);
    }

    /// <summary>From the root, with forward slashes.</summary>
    public string Path { get; }

    public string Text { get; }

    /// <summary>The text with literals and comments blanked.</summary>
    public string Code { get; }

    /// <summary>The text with literals blanked.</summary>
    public string CodeAndComments { get; }

    public bool IsTest => Path.StartsWith("Tests/", StringComparison.Ordinal);

    /// <summary>Whether a person's program rather than a library: there alone are hosting, configuration and the console.</summary>
    public bool IsProgram => ProgramFolders.Any(folder => Path.StartsWith(folder, StringComparison.Ordinal));

    public int LineOf(int position) => Text.AsSpan(0, position).Count('\n') + 1;

    /// <summary>Every C# file of the tree.</summary>
    public static IReadOnlyList<SourceFile> All() =>
        [.. Repository.Files(".cs").Select(path => new SourceFile(path, File.ReadAllText(Repository.PathOf(path))))];
}
