using System.Diagnostics;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Roles;

namespace FedActors.Scripts.Processes;

/// <summary>This process's command in another process, which writes to the same streams and ends with this one.</summary>
internal static class CommandProcess
{
    // 128 and the number of the signal.
    private const int KilledCode = 137;

    /// <summary>This process's command line.</summary>
    public static IEnumerable<string> OfThis => Environment.GetCommandLineArgs().Skip(1);

    /// <summary>How to start this program.</summary>
    /// <param name="arguments">A command line.</param>
    /// <param name="hidden">What only the other process is told.</param>
    public static ProcessStartInfo StartOf(IEnumerable<string> arguments, params IEnumerable<string> hidden)
    {
        (string file, IReadOnlyList<string> leading) = ThisProgram.Command();
        return new ProcessStartInfo(file, [.. leading, .. arguments, .. hidden]) { RedirectStandardInput = true, UseShellExecute = false };
    }

    /// <summary>Follows another process to its end.</summary>
    /// <param name="context">The command.</param>
    /// <param name="start">Starts the process with its standard input redirected, whose end it takes for an order to end.</param>
    /// <param name="work">What it does, for a person who is told that it was ended: <c>campaign</c>.</param>
    /// <param name="advice">What may be done where memory was short, behind a full stop; or nothing.</param>
    /// <param name="stopping">Ends both.</param>
    public static async Task<CommandResult> RunAsync(CommandContext context, Func<Process?> start, string work, string advice, CancellationToken stopping)
    {
        using Process process = start() ?? throw new InvalidOperationException($"The {work}'s process did not start.");
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
        return ResultOf(process.ExitCode, work, advice);
    }

    /// <summary>Works in the other process, until its launcher ends or says that it shall.</summary>
    public static async Task<CommandResult> ForLauncherAsync(Func<CancellationToken, Task<CommandResult>> work, CancellationToken stopping)
    {
        using CancellationTokenSource ends = LauncherPipe.Link(stopping);
        try
        {
            return await work(ends.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            // The command for which it runs was.
            throw new CommandFailure(ExitCode.RunFailed, "interrupted", "Interrupted before the command was done.");
        }
    }

    /// <summary>What the other process has written, unless it ended in a way that no command does: then nobody has said anything.</summary>
    public static CommandResult ResultOf(int exitCode, string work, string advice) => Enum.IsDefined((ExitCode)exitCode)
        ? new CommandResult { ExitCode = (ExitCode)exitCode, IsWritten = true }
        : throw new CommandFailure(
            ExitCode.RunFailed,
            $"{work}_ended",
            $"The {work}'s process was ended from outside, with code {exitCode}{(exitCode == KilledCode ? ": killed, perhaps for want of memory" + advice : string.Empty)}.");
}
