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
    // What a failure quotes of the trainer's output: the end of a stack, not a log.
    private const int QuotedLines = 12;
    private const int QuotedCharacters = 300;

    // By the shells' convention, and .NET's, a process that a signal ended has this and the signal's number for its exit code.
    private const int SignalBase = 128;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LastLines = TimeSpan.FromSeconds(1);

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
        Queue<string> output = new();
        using Process process = Start(entryPoint, folder);
        TaskCompletionSource[] streams = [new(), new()];
        process.OutputDataReceived += (_, line) => Keep(output, line.Data, streams[0]);
        process.ErrorDataReceived += (_, line) => Keep(output, line.Data, streams[1]);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        long started = time.GetTimestamp();
        while (!process.WaitForExit(Look))
        {
            if (FindExcess(process, time.GetElapsedTime(started)) is { } excess)
            {
                process.Kill(entireProcessTree: true);
                throw new TrainerException(excess + Quote(output));
            }

            if (cancellationToken.IsCancellationRequested)
            {
                process.Kill(entireProcessTree: true);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }

        // A process that it has left behind may hold its output open for ever: the last lines are waited for, but not that.
        Task.WaitAll([.. streams.Select(stream => stream.Task)], (int)LastLines.TotalMilliseconds, cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new TrainerException($"{Name} failed {DescribeEnd(process.ExitCode)}.{Quote(output)}");
        }
    }

    private static string DescribeEnd(int code) => code > SignalBase ? $"with exit code {code}: signal {code - SignalBase} ended it" : $"with exit code {code}";

    private Process Start(string entryPoint, string folder)
    {
        ProcessStartInfo start = new(Command[0]) { WorkingDirectory = WorkingDirectory ?? "", RedirectStandardOutput = true, RedirectStandardError = true };
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

        return ProcessTree.WorkingSet(process) is var used && used > most
            ? string.Create(CultureInfo.InvariantCulture, $"{Name} took {used >> 20} MB of memory and was killed; Trainer:Memory (--trainer-memory) allows {most >> 20} MB.")
            : null;
    }

    // Both streams are read by threads of their own.
    private static void Keep(Queue<string> output, string? line, TaskCompletionSource ended)
    {
        if (line is null)
        {
            ended.TrySetResult();
            return;
        }

        lock (output)
        {
            output.Enqueue(line.Length > QuotedCharacters ? line[..QuotedCharacters] : line);
            if (output.Count > QuotedLines)
            {
                output.Dequeue();
            }
        }
    }

    private static string Quote(Queue<string> output)
    {
        lock (output)
        {
            return output.Count == 0 ? " It wrote nothing." : $" Its last lines: {string.Join(" | ", output)}";
        }
    }
}
