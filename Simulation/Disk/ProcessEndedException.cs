namespace FedActors.Simulation.Disk;

/// <summary>The process died within a call. It unwinds what is still on its stack, where nothing has an effect any more.</summary>
public sealed class ProcessEndedException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">Where it died.</param>
    public ProcessEndedException(string message)
        : base(message)
    {
    }
}
