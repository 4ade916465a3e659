using System.Text.RegularExpressions;

namespace FedActors.Tests.Architecture;

/// <summary>A script for PowerShell checks its parameters and calls the command once. Windows PowerShell 5.1 is run nowhere here, so there is nothing in it that could go wrong.</summary>
internal static partial class LauncherScript
{
    /// <summary>What passes parameters on fits in this.</summary>
    private const int MaxLines = 100;

    public static IEnumerable<Violation> Check(string path, string text)
    {
        string[] lines = text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        if (lines.Length > MaxLines)
        {
            yield return new Violation(path, MaxLines + 1, $"{lines.Length} lines; at most {MaxLines}: logic belongs into the command");
        }

        string code = Comment().Replace(text.ReplaceLineEndings("\n"), match => new string([.. match.Value.Select(c => c == '\n' ? c : ' ')]));
        foreach (Match match in Logic().Matches(code))
        {
            yield return new Violation(path, LineOf(code, match.Index), $"'{match.Value.Trim()}' is logic: it belongs into the command");
        }

        MatchCollection calls = Call().Matches(code);
        if (calls.Count != 1)
        {
            yield return new Violation(path, calls.Count > 1 ? LineOf(code, calls[1].Index) : lines.Length, $"calls the command {calls.Count} times; once is what a script is for");
        }

        if (lines[^1] != "exit $LASTEXITCODE")
        {
            yield return new Violation(path, lines.Length, "must end with 'exit $LASTEXITCODE', or the command's failure is lost");
        }
    }

    /// <summary>The options that the script may pass to the command.</summary>
    public static IEnumerable<string> Options(string text) => Option().Matches(text).Select(match => match.Groups["name"].Value).Distinct();

    /// <summary>The command that it calls, such as <c>up coordinated</c>.</summary>
    public static string Command(string text) => CalledCommand().Match(text).Groups["name"].Value;

    private static int LineOf(string text, int position) => text.AsSpan(0, position).Count('\n') + 1;

    [GeneratedRegex(@"<#.*?#>|^\s*#.*?$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\b(function|foreach|while|switch\s*\(|for\s*\(|do\s*\{|try|Invoke-\w+|Start-\w+|Stop-\w+|Get-\w+|Set-\w+|Remove-\w+|ForEach-Object|Where-Object)", RegexOptions.IgnoreCase)]
    private static partial Regex Logic();

    [GeneratedRegex(@"^\s*&?\s*dotnet\s", RegexOptions.Multiline)]
    private static partial Regex Call();

    [GeneratedRegex(@"'--' (?<name>[a-z]+ [a-z]+)")]
    private static partial Regex CalledCommand();

    [GeneratedRegex(@"'(?<name>--[a-z][a-z-]+)'")]
    private static partial Regex Option();
}
