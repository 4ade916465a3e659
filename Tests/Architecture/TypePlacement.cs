using System.Text.RegularExpressions;

namespace FedActors.Tests.Architecture;

/// <summary>One concept a file.</summary>
/// <remarks>
/// At most one class, struct or interface, and the file has its name; records, enums and delegates that belong to it may stand beside it.
/// Without one, a record, enum or delegate has the file's name, or the file holds several and has a plural's.
/// A file under FL/Protocol is a conversation and holds as many messages as that has. Types local to the file do not count.
/// </remarks>
internal static partial class TypePlacement
{
    public static IEnumerable<Violation> Check(SourceFile file)
    {
        List<Declared> types = [.. TopLevel(file)];
        if (types.Count == 0 || file.Path.StartsWith("FL/Protocol/", StringComparison.Ordinal))
        {
            yield break;
        }

        string name = Path.GetFileName(file.Path).Split('.', '{')[0];
        List<Declared> bearers = types.Any(type => !type.Light) ? types.FindAll(type => !type.Light) : types;
        bool family = bearers[0].Light && types.Count > 1 && name.EndsWith('s');
        if (!family && bearers.TrueForAll(type => type.Name != name))
        {
            yield return new Violation(file.Path, bearers[0].Line, $"no type here is named {name}: name the file after {bearers[0].Name}, or move that");
        }

        foreach (Declared second in types.Where(type => !type.Light).DistinctBy(type => type.Name).Skip(1))
        {
            yield return new Violation(file.Path, second.Line, $"{second.Name} is a second class, struct or interface: give it a file of its own");
        }
    }

    private static IEnumerable<Declared> TopLevel(SourceFile file)
    {
        int depth = 0;
        int at = 0;
        foreach (Match match in Declaration().Matches(file.Code))
        {
            for (; at < match.Index; at++)
            {
                depth += file.Code[at] == '{' ? 1 : file.Code[at] == '}' ? -1 : 0;
            }

            if (depth == 0 && !match.Groups["modifiers"].Value.Contains("file", StringComparison.Ordinal))
            {
                yield return new Declared(match.Groups["name"].Value, Light: match.Groups["light"].Success, file.LineOf(match.Groups["name"].Index));
            }
        }
    }

    [GeneratedRegex(@"(?<=^|[;}\]\s])(?<modifiers>((public|internal|private|sealed|abstract|static|partial|readonly|ref|file|unsafe)\s+)*)((?<light>record(\s+(class|struct))?|enum|delegate\s+[\w<>\[\]?,. ]+?)|class|struct|interface)\s+(?<name>\w+)\s*(?=[<({:;\r\n]|where\b)", RegexOptions.CultureInvariant)]
    private static partial Regex Declaration();

    private sealed record Declared(string Name, bool Light, int Line);
}
