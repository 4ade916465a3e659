using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace FedActors.Scripts.Trainers;

/// <summary>Runs an external trainer once, within its limits.</summary>
/// <param name="Command">The program and its arguments.</param>
/// <param name="TimeLimit">After which it is killed.</param>
/// <param name="MemoryLimit">Bytes of working set above which it is killed; null for no limit.</param>
internal sealed record TrainerProcess(IReadOnlyList<string> Command, TimeSpan TimeLimit, long? MemoryLimit = null)
{
    // By the shells' convention, and .NET's, a process that a signal ended has this and the signal's number for its exit code.
    private const int SignalBase = 128;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LastLines = TimeSpan.FromSeconds(5);

    /// <summary>Where it runs; null for where this program runs.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>The trainer as messages name it.</summary>
    public string Name => $"the trainer \"{string.Join(' ', Command)}\"";

    /// <summary>Runs it to its end.</summary>
    /// <param name="entryPoint">What it shall do.</param>
    /// <param name="folder">Where its files are.</param>
    /// <param name="time">Measures the limit.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <exception cref="TrainerException">It cannot be started, took too long or too much, or said that it failed.</exception>
    public void Run(string entryPoint, string folder, TimeProvider time, CancellationToken cancellationToken)
    {
        TrainerOutput output = new();
        long started = time.GetTimestamp();
        string mark = TrainerLeftovers.Mark(started);
        using Process process = Start(entryPoint, folder, mark);
        Task[] streams = [output.ReadAsync(process.StandardOutput), output.ReadAsync(process.StandardError)];
        try
        {
            while (!process.WaitForExit(Look))
            {
                if (FindExcess(process, time.GetElapsedTime(started)) is { } excess)
                {
                    process.Kill(entireProcessTree: true);
                    throw new TrainerException(excess + output.Quote());
                }

                if (cancellationToken.IsCancellationRequested)
                {
                    process.Kill(entireProcessTree: true);
                    cancellationToken.ThrowIfCancellationRequested();
                }
            }
        }
        finally
        {
            TrainerLeftovers.End(mark);
        }

        // A process that was left behind and not found may hold its output open for ever: the last lines are waited for, but not that.
        Task.WaitAll(streams, (int)LastLines.TotalMilliseconds, cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new TrainerException($"{Name} failed {DescribeEnd(process.ExitCode)}.{output.Quote()}");
        }
    }

    private static string DescribeEnd(int code) => code > SignalBase ? $"with exit code {code}: signal {code - SignalBase} ended it" : $"with exit code {code}";

    private Process Start(string entryPoint, string folder, string mark)
    {
        ProcessStartInfo start = new(Command[0]) { WorkingDirectory = WorkingDirectory ?? "", RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment[TrainerLeftovers.Variable] = mark;
        foreach (string argument in (string[])[.. Command.Skip(1), entryPoint, folder])
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            return Process.Start(start) ?? throw new TrainerException($"{Name} did not start.");
        }
        catch (Win32Exception e)
        {
            throw new TrainerException($"{Name} cannot be started: {e.Message}. Name a program that this machine has, with its full path.", e);
        }
    }

    private string? FindExcess(Process process, TimeSpan elapsed)
    {
        if (elapsed > TimeLimit)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{Name} had not ended after {TimeLimit.TotalSeconds:0.###} s and was killed. If it does not hang, raise Trainer:Timeout (--trainer-timeout).");
        }

        if (MemoryLimit is not { } most)
        {
            return null;
        }

        return ProcessTree.WorkingSet(process, most) is var used && used > most
            ? string.Create(CultureInfo.InvariantCulture, $"{Name} took {used >> 20} MB of memory and was killed; Trainer:Memory (--trainer-memory) allows {most >> 20} MB.")
            : null;
    }
}
