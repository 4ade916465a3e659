namespace FedActors.Actors;

/// <summary>The other side sent bytes that break the protocol. Only the connection that they came over closes.</summary>
public sealed class ProtocolException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was wrong, with the value and what is allowed.</param>
    public ProtocolException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was wrong, with the value and what is allowed.</param>
    /// <param name="inner">The cause.</param>
    public ProtocolException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
