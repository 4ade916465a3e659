namespace FedActors.Actors.Supervision;

/// <summary>A supervisor's children failed more often than its strategy allows, so the failure escalates.</summary>
public sealed class RestartIntensityExceededException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">Which supervisor, and its bounds.</param>
    /// <param name="inner">The last failure.</param>
    public RestartIntensityExceededException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
