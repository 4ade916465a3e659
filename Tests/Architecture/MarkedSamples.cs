using System.Text.RegularExpressions;

namespace FedActors.Tests.Architecture;

/// <summary>A page's C# samples are the marked regions of files that are compiled: <c>&lt;!-- file#region --&gt;</c> stands before each.</summary>
internal static partial class MarkedSamples
{
    public static IEnumerable<Violation> Check(string page, string text, Func<string, string?> read)
    {
        foreach (Match match in Sample().Matches(text))
        {
            int line = text.AsSpan(0, match.Index).Count('\n') + 1;
            if (!match.Groups["file"].Success)
            {
                yield return new Violation(page, line, "a sample that nothing compiles: put it into a region, and name that before it");
                continue;
            }

            string file = match.Groups["file"].Value;
            string region = match.Groups["region"].Value;
            if (read(file) is not { } source || Region(source, region) is not { } code)
            {
                yield return new Violation(page, line, $"{file} has no region {region}");
            }
            else if (code != match.Groups["code"].Value)
            {
                yield return new Violation(page, line, $"the sample differs from {file}, region {region}, which is:\n{code}");
            }
        }
    }

    /// <summary>A region's lines without the depth that they have in common, or null if there is no such region.</summary>
    public static string? Region(string source, string name)
    {
        string[] lines = source.ReplaceLineEndings("\n").Split('\n');
        int begin = Array.FindIndex(lines, line => line.Trim() == $"#region {name}");
        int end = begin < 0 ? -1 : Array.FindIndex(lines, begin, line => line.Trim() == "#endregion");
        if (end < 0)
        {
            return null;
        }

        string[] body = lines[(begin + 1)..end];
        int depth = body.Where(line => line.Length > 0).Select(line => line.Length - line.TrimStart().Length).DefaultIfEmpty().Min();
        return string.Concat(body.Select(line => (line.Length > 0 ? line[depth..] : line) + "\n"));
    }

    [GeneratedRegex(@"(?:<!-- (?<file>[^\s#]+)#(?<region>\S+) -->\n)?```(?:csharp|cs)\n(?<code>.*?)```", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Sample();
}
