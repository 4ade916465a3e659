using System.Diagnostics;
using FedActors.Actors.Transport;

namespace FedActors.Tests.TestKit.Processes;

/// <summary>A <see cref="PeerProgram"/> that runs.</summary>
public sealed class PeerProcess : IDisposable
{
    private readonly Process _process;

    /// <param name="address">Where it dials.</param>
    /// <param name="grace">How long it waits for a lost connection.</param>
    /// <param name="within">Words before the command, such as those that enter a network namespace.</param>
    public PeerProcess(TransportAddress address, TimeSpan grace, params IReadOnlyList<string> within)
    {
        string assembly = typeof(PeerProgram).Assembly.Location;
        string[] command = [.. within, Environment.ProcessPath ?? "dotnet", "exec", assembly, $"{address}", $"{(int)grace.TotalMilliseconds}"];
        _process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true })!;
    }

    /// <summary>Stops it as it stands, as a debugger or an exhausted machine would: its connections stay open and say nothing.</summary>
    public void Freeze() => BuiltProgram.Signal(_process.Id, "STOP");

    public void Thaw() => BuiltProgram.Signal(_process.Id, "CONT");

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }
}
