namespace FedActors.Actors.Transport;

/// <summary>A listener or a connection could not be made.</summary>
public sealed class TransportException : IOException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="fault">What kind of fault.</param>
    /// <param name="message">What happened, where, and what to do.</param>
    /// <param name="inner">The cause, if any.</param>
    public TransportException(TransportFault fault, string message, Exception? inner = null)
        : base(message, inner) => Fault = fault;

    /// <summary>What kind of fault.</summary>
    public TransportFault Fault { get; }
}
