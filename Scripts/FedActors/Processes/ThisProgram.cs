namespace FedActors.Scripts.Processes;

/// <summary>How to start this program once more.</summary>
internal static class ThisProgram
{
    /// <summary>The file to start and the arguments that come first: a program that was started as <c>dotnet fedactors.dll</c> is started so again.</summary>
    public static (string File, IReadOnlyList<string> LeadingArguments) Command()
    {
        string path = Environment.ProcessPath ?? throw new InvalidOperationException("The system does not say which program this is.");
        bool isHost = Path.GetFileNameWithoutExtension(path).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        return isHost ? (path, [typeof(ThisProgram).Assembly.Location]) : (path, []);
    }
}
