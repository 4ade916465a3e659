using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;

namespace FedActors.Tests.TestKit;

/// <summary>The fedactors executable as a process of its own, in a folder of its own.</summary>
/// <remarks>Nothing here sleeps: a test awaits a line of output or the process's end, each with a limit that only a fault reaches.</remarks>
public sealed class BuiltProgram : IAsyncDisposable
{
    private const int BlockCharacters = 4_096;

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly ConcurrentQueue<string> _out = new();
    private readonly ConcurrentQueue<string> _error = new();
    private readonly Task _reading;

    private BuiltProgram(Process process)
    {
        _process = process;
        _reading = ReadAllAsync();
    }

    public int Id => _process.Id;

    public string Out => string.Concat(_out);

    public string Error => string.Concat(_error);

    /// <summary>Starts it.</summary>
    public static BuiltProgram Start(string folder, params string[] arguments) => StartWithin([], folder, arguments);

    /// <summary>Starts a program of examples/, which lies beside it.</summary>
    public static BuiltProgram StartExample(string name, string folder, params string[] arguments) => StartCommand([PathOf(name), .. arguments], folder);

    /// <summary>Starts it behind other words, such as those that enter a network namespace. Its process is then the one that they end in.</summary>
    public static BuiltProgram StartWithin(IReadOnlyList<string> within, string folder, params string[] arguments) =>
        StartCommand([.. within, PathOf("fedactors"), .. arguments], folder);

    private static string PathOf(string program) => Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? $"{program}.exe" : program);

    private static BuiltProgram StartCommand(string[] command, string folder)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Start(start);
    }

    /// <summary>Settings in the environment of the test run would be the program's: what it is given stands in its arguments and files.</summary>
    private static BuiltProgram Start(ProcessStartInfo start)
    {
        foreach (string variable in start.Environment.Keys.Where(ConfigSources.IsSetting).ToArray())
        {
            start.Environment.Remove(variable);
        }

        return new BuiltProgram(Process.Start(start)!);
    }

    /// <summary>Processes of this machine that work in a folder, or did before it was deleted.</summary>
    public static IReadOnlyList<int> Running(string folder) =>
        [.. Directory.GetDirectories("/proc").Select(path => int.TryParse(Path.GetFileName(path), out int id) && WorksIn(path, folder) ? id : 0).Where(id => id != 0)];

    /// <summary>Runs it to its end.</summary>
    internal static async Task<CommandLineRun> RunAsync(string folder, params string[] arguments)
    {
        await using BuiltProgram program = Start(folder, arguments);
        int code = await program.EndAsync();
        return new CommandLineRun(code, program.Out, program.Error);
    }

    /// <summary>Asks those that run, again and again until one answers: where the machine is busy, the time that a person would wait may be over first.</summary>
    internal static async Task<CommandLineRun> AskAsync(string folder, params string[] question)
    {
        CommandLineRun? run = null;
        await Eventually.TrueAsync(async () => (run = await RunAsync(folder, question)).ExitCode != (int)ExitCode.Connection, "somebody answers");
        return run!;
    }

    /// <summary>Runs a script by its shell to its end, with a folder of programs that come before all others.</summary>
    internal static async Task<CommandLineRun> RunScriptAsync(string folder, string programs, params string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = folder, UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["PATH"] = $"{programs}:{start.Environment["PATH"]}";
        await using BuiltProgram program = Start(start);
        int code = await program.EndAsync();
        return new CommandLineRun(code, program.Out, program.Error);
    }

    /// <summary>Awaits a line, on either stream, that holds a text.</summary>
    public async Task<string> LineAsync(string part)
    {
        using var limit = new CancellationTokenSource(Eventually.Limit, TimeProvider.System);
        try
        {
            await foreach (string line in _lines.Reader.ReadAllAsync(limit.Token))
            {
                if (line.Contains(part, StringComparison.Ordinal))
                {
                    return line;
                }
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"No line with '{part}' within {Eventually.Limit}.\n{Out}\n{Error}\n{Logs()}");
        }

        throw new EndOfStreamException($"The program ended without a line with '{part}'.\n{Out}\n{Error}");
    }

    /// <summary>All lines of both streams, as they come; for one reader, which gets them in the place of all others.</summary>
    public IAsyncEnumerable<string> LinesAsync(CancellationToken cancellationToken) => _lines.Reader.ReadAllAsync(cancellationToken);

    /// <summary>Awaits an event of the JSON lines format.</summary>
    public async Task<JsonNode> EventAsync(string name) => JsonNode.Parse(await LineAsync($"\"event\":\"{name}\""))!["data"]!;

    /// <summary>Awaits its end.</summary>
    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Eventually.Limit, TimeProvider.System);
        await _reading.WaitAsync(Eventually.Limit, TimeProvider.System);
        return _process.ExitCode;
    }

    /// <summary>Sends a signal, as a person or a service manager would.</summary>
    public void Signal(string name) => Signal(Id, name);

    public static void Signal(int process, string name)
    {
        using Process kill = Process.Start("kill", [$"-{name}", $"{process}"]);
        kill.WaitForExit();
    }

    public void Kill() => _process.Kill();

    /// <summary>The ends of the logs that its own children wrote: what went wrong is rarely said by the launcher itself.</summary>
    private string Logs()
    {
        string folder = Path.Combine(_process.StartInfo.WorkingDirectory, "storage", "logs");
        return Directory.Exists(folder)
            ? string.Join('\n', Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(file => $"{Path.GetFileName(file)}:\n{string.Join('\n', File.ReadLines(file).TakeLast(10))}"))
            : "no logs of children";
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static bool WorksIn(string process, string folder)
    {
        try
        {
            string? where = new FileInfo(Path.Combine(process, "cwd")).LinkTarget;
            return where == folder || where == $"{folder} (deleted)" || where?.StartsWith($"{folder}/", StringComparison.Ordinal) == true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended meanwhile, or is none of ours.
            return false;
        }
    }

    private async Task ReadAllAsync()
    {
        await Task.WhenAll(ReadAsync(_process.StandardOutput, _out), ReadAsync(_process.StandardError, _error));
        _lines.Writer.TryComplete();
    }

    /// <summary>A kill may cut a line short: what it was to say has been told to nobody, so it is kept for people and is no line.</summary>
    private async Task ReadAsync(StreamReader reader, ConcurrentQueue<string> kept)
    {
        var part = new StringBuilder();
        char[] block = new char[BlockCharacters];
        while (await reader.ReadAsync(block) is > 0 and int count)
        {
            foreach (char next in block.AsSpan(0, count))
            {
                if (next != '\n')
                {
                    part.Append(next);
                    continue;
                }

                string line = part.ToString().TrimEnd('\r');
                part.Clear();
                kept.Enqueue(line + "\n");
                _lines.Writer.TryWrite(line);
            }
        }

        kept.Enqueue($"{part}");
    }
}
