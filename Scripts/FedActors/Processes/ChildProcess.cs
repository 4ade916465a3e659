using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FedActors.Scripts.Configuration;

namespace FedActors.Scripts.Processes;

/// <summary>
/// One started process. It holds the other end of a pipe that this process keeps open and never writes to: when this process ends, even by
/// kill -9, the system closes the pipe, and the child reads its end.
/// </summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task _reading;

    private ChildProcess(Process process, ProcessIdentity identity, Action<string, JsonNode?> onEvent, Action<string> onLine)
    {
        _process = process;
        Identity = identity;
        _reading = Task.WhenAll(ReadEventsAsync(process.StandardOutput, onEvent, onLine), ReadLinesAsync(process.StandardError, onLine));
    }

    public ProcessIdentity Identity { get; }

    /// <summary>Starts this program with other arguments.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="onEvent">Told of each event line with its name and data, and of the result as <c>result</c>.</param>
    /// <param name="onLine">Told of every other line.</param>
    /// <param name="onStarted">Told which process it is, before anything that it says.</param>
    public static ChildProcess Start(
        IReadOnlyList<string> arguments, Action<string, JsonNode?> onEvent, Action<string> onLine, Action<ProcessIdentity>? onStarted = null)
    {
        (string file, IReadOnlyList<string> leading) = ThisProgram.Command();
        var start = new ProcessStartInfo(file, [.. leading, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            UseShellExecute = false,
            CreateNoWindow = true,
        };

        // A child takes its settings from its arguments alone: the environment would win over the file that it is given.
        foreach (string variable in start.Environment.Keys.Where(ConfigSources.IsSetting).ToArray())
        {
            start.Environment.Remove(variable);
        }

        Process process = Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start.");
        ProcessIdentity identity = ProcessIdentity.Find(process.Id) ?? new ProcessIdentity(process.Id, "ended");
        onStarted?.Invoke(identity);
        return new ChildProcess(process, identity, onEvent, onLine);
    }

    /// <summary>Waits until it has ended and all that it wrote was read.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> WaitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        await _reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        return _process.ExitCode;
    }

    /// <summary>Asks it to end, by closing the pipe.</summary>
    public void RequestEnd() => _process.StandardInput.Close();

    /// <summary>Ends it without asking.</summary>
    public void Kill() => _process.Kill();

    public ValueTask DisposeAsync()
    {
        _process.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task ReadEventsAsync(StreamReader reader, Action<string, JsonNode?> onEvent, Action<string> onLine)
    {
        while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            if (Parse(line) is { } parsed)
            {
                onEvent(parsed["event"]?.GetValue<string>() ?? "result", parsed["event"] is null ? parsed : parsed["data"]);
            }
            else
            {
                onLine(line);
            }
        }
    }

    private static async Task ReadLinesAsync(StreamReader reader, Action<string> onLine)
    {
        while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            onLine(line);
        }
    }

    private static JsonObject? Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line) as JsonObject;
        }
        catch (JsonException)
        {
            // Whatever it is, it is shown as it came.
            return null;
        }
    }
}
