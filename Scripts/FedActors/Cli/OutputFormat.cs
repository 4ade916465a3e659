namespace FedActors.Scripts.Cli;

/// <summary>What standard output carries.</summary>
internal enum OutputFormat
{
    /// <summary>Text for people.</summary>
    Text = 0,

    /// <summary>One JSON object when the command ends.</summary>
    Json = 1,

    /// <summary>One JSON object a line: events as they happen, and the result as the last.</summary>
    Jsonl = 2,
}
