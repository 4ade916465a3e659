using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.Tests.TestKit.Remoting;

namespace FedActors.Tests.TestKit.Transport;

/// <summary>A network in which the other side has spoken before this one looks, so that nothing of a handshake waits: dialling and listening go all the way to whether it is admitted without giving the thread back.</summary>
public sealed class GreetedAtOnce(ITransport inner) : ITransport
{
    public string Name => inner.Name;

    public int BulkWindowBytes => inner.BulkWindowBytes;

    public async ValueTask<ITransportListener> ListenAsync(TransportAddress address, CancellationToken cancellationToken = default)
    {
        ITransportListener listener = await inner.ListenAsync(address, cancellationToken);
        RawPeer dialer = await RawPeer.DialAsync(inner, listener.Address);
        await dialer.SendAsync((ref MessagePackWriter writer) => RawPeer.Greeting("dialer").Write(ref writer, FrameKind.Hello));
        return listener;
    }

    public async ValueTask<ITransportConnection> ConnectAsync(TransportAddress address, CancellationToken cancellationToken = default)
    {
        await using ITransportListener listener = await inner.ListenAsync(address, cancellationToken);
        ITransportConnection dialled = await inner.ConnectAsync(listener.Address, cancellationToken);
        RawPeer answerer = new((await listener.AcceptAsync(cancellationToken))!);
        await answerer.SendAsync((ref MessagePackWriter writer) =>
            (RawPeer.Greeting("listener") with { Session = new SessionMemory(1, 0, 0) }).Write(ref writer, FrameKind.Welcome));
        return dialled;
    }
}
