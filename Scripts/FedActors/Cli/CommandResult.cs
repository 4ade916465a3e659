using System.Text.Json.Nodes;

namespace FedActors.Scripts.Cli;

/// <summary>What a command found or did: for programs, and the same for people.</summary>
internal sealed record CommandResult
{
    /// <summary>The envelope's <c>data</c>.</summary>
    public JsonNode? Data { get; init; }

    /// <summary>Writes the result for people; nothing when it was shown already.</summary>
    public Action<TextWriter>? Text { get; init; }

    /// <summary>Whether the result has been written already, in every format, by the process that did the work.</summary>
    public bool IsWritten { get; init; }

    /// <summary>How the process ends.</summary>
    public ExitCode ExitCode { get; init; }

    /// <summary>A short stable name of the error, where <see cref="ExitCode"/> is one.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>The error for people, where <see cref="ExitCode"/> is one.</summary>
    public string? Message { get; init; }
}
