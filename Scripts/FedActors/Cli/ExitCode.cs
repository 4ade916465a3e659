namespace FedActors.Scripts.Cli;

/// <summary>How a command ended. Each has a page in docs/exit-codes that says what to do.</summary>
internal enum ExitCode
{
    /// <summary>It did what was asked.</summary>
    Ok = 0,

    /// <summary>The run failed, was interrupted, or the program met what it did not expect.</summary>
    RunFailed = 1,

    /// <summary>It could not connect, could not listen, or was not let in.</summary>
    Connection = 2,

    /// <summary>It did not end within its time.</summary>
    Timeout = 3,

    /// <summary>A file or a stored state is missing, damaged, or does not fit.</summary>
    InvalidState = 4,

    /// <summary>Too few sites took part.</summary>
    BelowParticipation = 5,

    /// <summary>The arguments or the configuration are wrong.</summary>
    Usage = 64,
}
