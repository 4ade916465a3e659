using FedActors.Actors.Transport;

namespace FedActors.Tests.TestKit.Transport;

/// <summary>Both ends of a connection.</summary>
public sealed record ConnectionPair(ITransportConnection Dialled, ITransportConnection Accepted) : IAsyncDisposable
{
    public static async Task<ConnectionPair> OpenAsync(ITransport transport, ITransportListener listener)
    {
        Task<ITransportConnection> dial = transport.ConnectAsync(listener.Address).AsTask();
        ITransportConnection accepted = (await listener.AcceptAsync().Limit())!;
        await accepted.OpenAsync().Limit();
        return new ConnectionPair(await dial.Limit(), accepted);
    }

    public async ValueTask DisposeAsync()
    {
        await Dialled.DisposeAsync();
        await Accepted.DisposeAsync();
    }
}
