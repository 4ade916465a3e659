using System.Diagnostics;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Processes;

namespace FedActors.Scripts.Simulating;

/// <summary>A campaign in a process of its own, whose runtime is set up for one kind of work that lasts.</summary>
/// <remarks>
/// The program's own settings are for commands that answer soon, and for training. They cannot be changed once a process runs, and a
/// campaign gains a quarter by others: docs/adr/0039.
/// </remarks>
internal static class CampaignProcess
{
    /// <summary>With fewer schedules a campaign is over before another process pays.</summary>
    public const int FewestSchedules = 500;

    // 128 and the number of the signal.
    private const int KilledCode = 137;

    // What a person has set stays.
    private static readonly (string Variable, string Value)[] Settings =
    [
        // Code is compiled by what it is seen to do, and soon.
        ("DOTNET_TieredPGO", "1"),
        ("DOTNET_TC_CallCountingDelayMs", "0"),

        // What a schedule makes is of no use after it: 64 MiB (hexadecimal) are filled before anybody looks what may go.
        ("DOTNET_GCgen0size", "4000000"),
        ("DOTNET_gcConcurrent", "0"),
    ];

    /// <summary>How to start the program for it.</summary>
    /// <param name="arguments">The command line.</param>
    public static ProcessStartInfo StartOf(IEnumerable<string> arguments)
    {
        (string file, IReadOnlyList<string> leading) = ThisProgram.Command();
        var start = new ProcessStartInfo(file, [.. leading, .. arguments, CampaignArguments.WithLauncher]) { RedirectStandardInput = true, UseShellExecute = false };
        foreach ((string variable, string value) in Settings)
        {
            start.Environment.TryAdd(variable, value);
        }

        return start;
    }

    /// <summary>Runs this process's command line in another, which writes to the same streams and ends with this one.</summary>
    public static async Task<CommandResult> RunAsync(CommandContext context, CancellationToken stopping)
    {
        using Process process = Process.Start(StartOf(Environment.GetCommandLineArgs().Skip(1))) ?? throw new InvalidOperationException("The campaign's process did not start.");
        using CancellationTokenRegistration given = stopping.Register(() =>
        {
            // Its own time is over at the same moment, of which it says so itself.
            if (!context.DeadlinePassed)
            {
                process.StandardInput.Close();
            }
        });

        // It ends within a bounded time after its input has.
        await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        return ResultOf(process.ExitCode);
    }

    /// <summary>What the other process has written, unless it ended in a way that no command does: then nobody has said anything.</summary>
    public static CommandResult ResultOf(int exitCode) => Enum.IsDefined((ExitCode)exitCode)
        ? new CommandResult { ExitCode = (ExitCode)exitCode, IsWritten = true }
        : throw new CommandFailure(
            ExitCode.RunFailed, "campaign_ended", $"The campaign's process was ended from outside, with code {exitCode}{(exitCode == KilledCode ? ": killed, perhaps for want of memory. Give it fewer --jobs" : "")}.");
}
