namespace FedActors.Actors.Transport.Tls;

/// <summary>A certificate or key file is missing or unusable.</summary>
public sealed class TlsCredentialsException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">Which file, and what is wrong with it.</param>
    /// <param name="inner">The cause, if any.</param>
    public TlsCredentialsException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
