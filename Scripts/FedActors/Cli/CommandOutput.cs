using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FedActors.Scripts.Cli;

/// <summary>Everything that a command writes. In the JSON formats standard output belongs to programs, and people's text goes to standard error.</summary>
internal sealed class CommandOutput
{
    /// <summary>Grows when a reader of the old form would misread the new one.</summary>
    public const int SchemaVersion = 1;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Terminal _terminal;
    private readonly bool _quiet;

    public CommandOutput(Terminal terminal, OutputFormat format, bool quiet)
    {
        _terminal = terminal;
        Format = format;
        _quiet = quiet;
    }

    public OutputFormat Format { get; }

    /// <summary>Where text for people goes while the command works; null when they asked for quiet.</summary>
    public TextWriter? Progress => _quiet ? null : People;

    private TextWriter People => Format == OutputFormat.Text ? _terminal.Out : _terminal.Error;

    /// <summary>Tells programs of something that happened, where they asked to be told line by line.</summary>
    public void Event(string kind, Func<JsonNode> data)
    {
        if (Format == OutputFormat.Jsonl)
        {
            Write(new JsonObject { ["schema_version"] = SchemaVersion, ["event"] = kind, ["data"] = data() }, OneLine);
        }
    }

    /// <summary>Says something worth knowing that is neither progress nor result.</summary>
    public void Notice(string text)
    {
        if (!_quiet)
        {
            _terminal.Error.WriteLine(text);
        }
    }

    /// <summary>Ends the command with its result.</summary>
    public ExitCode Finish(CommandResult result)
    {
        if (result.IsWritten)
        {
            return result.ExitCode;
        }

        if (Format == OutputFormat.Text)
        {
            result.Text?.Invoke(_terminal.Out);
        }

        if (result.ExitCode == ExitCode.Ok)
        {
            Envelope(ExitCode.Ok, null, result.Data);
            return ExitCode.Ok;
        }

        string message = result.Message ?? "The command failed.";
        Explain(result.ExitCode, message, []);
        JsonObject data = result.Data as JsonObject ?? new JsonObject { ["result"] = result.Data };
        data["message"] = message;
        Envelope(result.ExitCode, result.ErrorCode, data);
        return result.ExitCode;
    }

    /// <summary>Ends the command with an error.</summary>
    public ExitCode Fail(CommandFailure failure)
    {
        Explain(failure.ExitCode, failure.Message, failure.Details);
        var data = new JsonObject { ["message"] = failure.Message };
        if (failure.Details.Count > 0)
        {
            data["details"] = new JsonArray([.. failure.Details.Select(d => (JsonNode)d)]);
        }

        Envelope(failure.ExitCode, failure.ErrorCode, data);
        return failure.ExitCode;
    }

    private void Explain(ExitCode code, string message, IReadOnlyList<string> details)
    {
        _terminal.Error.WriteLine($"{_terminal.Program}: {message}");
        foreach (string detail in details)
        {
            _terminal.Error.WriteLine($"  {detail}");
        }

        _terminal.Error.WriteLine($"Exit code {(int)code}: see docs/exit-codes/{(int)code}.md");
    }

    private void Envelope(ExitCode code, string? errorCode, JsonNode? data)
    {
        if (Format != OutputFormat.Text)
        {
            var envelope = new JsonObject
            {
                ["schema_version"] = SchemaVersion,
                ["status"] = code == ExitCode.Ok ? "ok" : "error",
                ["exit_code"] = (int)code,
                ["error_code"] = errorCode,
                ["data"] = data,
            };
            Write(envelope, Format == OutputFormat.Json ? Indented : OneLine);
        }
    }

    private void Write(JsonObject line, JsonSerializerOptions options)
    {
        _terminal.Out.WriteLine(line.ToJsonString(options));
        _terminal.Out.Flush();
    }
}
