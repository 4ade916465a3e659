namespace FedActors.Actors.Supervision;

/// <summary>A child did not answer its health checks: its handler hangs.</summary>
public sealed class HealthCheckFailedException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">Who, and how many checks it missed.</param>
    public HealthCheckFailedException(string message)
        : base(message)
    {
    }
}
