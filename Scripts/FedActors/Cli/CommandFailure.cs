namespace FedActors.Scripts.Cli;

/// <summary>Ends a command with an error that a person can act on.</summary>
internal sealed class CommandFailure : Exception
{
    /// <summary>Creates the failure.</summary>
    /// <param name="exitCode">How the process ends.</param>
    /// <param name="errorCode">A short stable name for programs, in snake case.</param>
    /// <param name="message">What happened, where, and what to do.</param>
    /// <param name="inner">The cause, if any.</param>
    public CommandFailure(ExitCode exitCode, string errorCode, string message, Exception? inner = null)
        : base(message, inner)
    {
        ExitCode = exitCode;
        ErrorCode = errorCode;
    }

    public ExitCode ExitCode { get; }

    public string ErrorCode { get; }

    /// <summary>Single faults, where there are several.</summary>
    public IReadOnlyList<string> Details { get; init; } = [];

    public static CommandFailure Usage(string message) => new(ExitCode.Usage, "usage", message);
}
