namespace FedActors.Tests.Architecture;

/// <summary>The README opens with the two commands that a newcomer needs, and CI runs them as they stand there.</summary>
internal static class ReadmeRules
{
    public const string RunCommand = "dotnet run -c Release --project Scripts/FedActors -- run";

    public const string TestCommand = "dotnet test";

    /// <summary>What fits on a screen without scrolling.</summary>
    private const int FirstScreen = 20;

    public static IEnumerable<Violation> Check(string text)
    {
        List<(string Command, int Line)> commands = [.. Commands(text)];
        foreach (string wanted in new[] { RunCommand, TestCommand })
        {
            // CI looks for the first two words, so that these must lead to one line.
            string words = string.Join(' ', wanted.Split(' ').Take(2));
            List<(string Command, int Line)> found = [.. commands.Where(command => command.Command.StartsWith(words, StringComparison.Ordinal))];
            if (found.Count != 1 || found[0].Command != wanted || found[0].Line > FirstScreen)
            {
                yield return new Violation("README.md", found.Count > 0 ? found[^1].Line : 1, $"wants exactly one command '{words} ...': '{wanted}', in the first {FirstScreen} lines");
            }
        }
    }

    private static IEnumerable<(string Command, int Line)> Commands(string text)
    {
        bool code = false;
        int line = 0;
        foreach (string raw in text.ReplaceLineEndings("\n").Split('\n'))
        {
            line++;
            if (raw.StartsWith("```", StringComparison.Ordinal))
            {
                code = !code;
            }
            else if (code)
            {
                int comment = raw.IndexOf(" #", StringComparison.Ordinal);
                yield return ((comment < 0 ? raw : raw[..comment]).TrimEnd(), line);
            }
        }
    }
}
