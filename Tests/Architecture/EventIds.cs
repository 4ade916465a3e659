using System.Text.RegularExpressions;

namespace FedActors.Tests.Architecture;

/// <summary>Every log message has an id of its own in the whole product, so that an id in a log leads to one line of source.</summary>
internal static partial class EventIds
{
    public static IEnumerable<Violation> Check(IEnumerable<SourceFile> files)
    {
        var first = new Dictionary<string, string>();
        foreach (SourceFile file in files.Where(file => !file.IsTest))
        {
            foreach (Match match in Declaration().Matches(file.Code))
            {
                string where = $"{file.Path}:{file.LineOf(match.Index)}";
                if (!first.TryAdd(match.Groups["id"].Value, where))
                {
                    yield return new Violation(file.Path, file.LineOf(match.Index), $"event id {match.Groups["id"].Value} is taken by {first[match.Groups["id"].Value]}");
                }
            }
        }
    }

    [GeneratedRegex(@"\[LoggerMessage\(\s*(EventId\s*=\s*)?(?<id>\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex Declaration();
}
