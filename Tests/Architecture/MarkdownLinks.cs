using System.Text.RegularExpressions;

namespace FedActors.Tests.Architecture;

/// <summary>A link inside the repository leads to something that is there.</summary>
internal static partial class MarkdownLinks
{
    public static IEnumerable<Violation> Check(IEnumerable<(string Path, string Text)> pages, Func<string, bool> exists)
    {
        foreach ((string path, string text) in pages)
        {
            foreach (Match match in Link().Matches(text))
            {
                string target = match.Groups["target"].Value;
                string full = Path.GetFullPath(Path.Combine("/", Path.GetDirectoryName(path)!, target));
                if (!exists(Path.GetRelativePath("/", full).Replace('\\', '/')))
                {
                    yield return new Violation(path, text.AsSpan(0, match.Index).Count('\n') + 1, $"the link leads nowhere: {target}");
                }
            }
        }
    }

    [GeneratedRegex(@"\]\((?![a-z]+:|#)(?<target>[^)#\s]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Link();
}
