namespace FedActors.Actors.Transport;

/// <summary>Accepts connections until it is disposed.</summary>
public interface ITransportListener : IAsyncDisposable
{
    /// <summary>Where it listens, with the port that it was given.</summary>
    TransportAddress Address { get; }

    /// <summary>Awaits the next connection.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A connection to be opened with <see cref="ITransportConnection.OpenAsync"/>, or null once the listener is disposed.</returns>
    ValueTask<ITransportConnection?> AcceptAsync(CancellationToken cancellationToken = default);
}
