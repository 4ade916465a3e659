using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.EndToEnd;

/// <summary>Runs scripts that call <c>dotnet run</c>, which would build the program again: in its place stands the program as it was built.</summary>
internal sealed class BuiltInPlaceOfDotnet
{
    private readonly string _folder;

    /// <summary>Makes a folder with a program of the name dotnet.</summary>
    public BuiltInPlaceOfDotnet(string folder)
    {
        _folder = folder;
        Directory.CreateDirectory(folder);
        string program = Path.Combine(AppContext.BaseDirectory, "fedactors");

        // PowerShell as a .NET tool starts itself by the real one.
        string dotnet = Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Select(path => Path.Combine(path, "dotnet")).First(File.Exists);
        File.WriteAllText(Path.Combine(folder, "dotnet"), $"#!/bin/sh\n[ \"$1 $2 $3 $4\" = 'run -c Release --project' ] && [ \"$6\" = -- ] || exec '{dotnet}' \"$@\"\nshift 6\nexec '{program}' \"$@\"\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(folder, "dotnet"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Runs a script by its shell.</summary>
    /// <param name="folder">In which folder.</param>
    /// <param name="command">The shell, the script and its arguments.</param>
    public Task<CommandLineRun> RunAsync(string folder, params string[] command) => BuiltProgram.RunScriptAsync(folder, _folder, command);
}
