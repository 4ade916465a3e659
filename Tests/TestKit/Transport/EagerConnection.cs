using System.IO.Pipelines;
using FedActors.Actors.Transport;

namespace FedActors.Tests.TestKit.Transport;

/// <summary>A connection that is open, with given ends.</summary>
internal sealed class EagerConnection(PipeReader? input, PipeWriter output) : ITransportConnection
{
    public PipeReader Input => input!;

    public PipeWriter Output => output;

    public string RemoteAddress => "eager";

    public string Origin => "eager";

    public PeerIdentity? Peer => null;

    public ValueTask OpenAsync(CancellationToken cancellationToken = default) =>
        throw new TransportException(TransportFault.PlainPeer, "no such connection");

    public ValueTask FinishAsync() => ValueTask.CompletedTask;

    public void Abort()
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
