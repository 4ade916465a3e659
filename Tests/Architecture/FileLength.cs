namespace FedActors.Tests.Architecture;

/// <summary>A file that a reader cannot keep in mind is two files.</summary>
internal static class FileLength
{
    /// <summary>Most files have under a hundred lines; over this, a file has more than one concept.</summary>
    public const int MaxLines = 350;

    public static IEnumerable<Violation> Check(SourceFile file)
    {
        int lines = file.Text.TrimEnd('\n').Split('\n').Length;
        return lines > MaxLines ? [new Violation(file.Path, MaxLines + 1, $"{lines} lines; at most {MaxLines}: split it by concept")] : [];
    }
}
