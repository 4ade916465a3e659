namespace FedActors.Actors.Remoting;

/// <summary>An encoded message is over the limit. It alone fails; other traffic goes on.</summary>
public sealed class MessageTooLargeException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">Which message, and the limit.</param>
    public MessageTooLargeException(string message)
        : base(message)
    {
    }
}
