namespace FedActors.Actors;

/// <summary>A question will not be answered: it could not be delivered, its handler failed, or the answer is of another type.</summary>
public sealed class AskFailedException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">Who was asked what, and what happened.</param>
    /// <param name="inner">The handler's failure, if that is the cause.</param>
    public AskFailedException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
