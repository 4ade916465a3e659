using System.IO.Pipelines;
using FedActors.Actors.Transport;

namespace FedActors.Tests.TestKit.Transport;

/// <summary>One connection of a <see cref="BreakableTransport"/>.</summary>
public sealed class BreakableConnection(ITransportConnection inner, Func<BreakableConnection, Task> ended) : ITransportConnection
{
    private readonly FreezableReader _input = new(() => inner.Input);

    public PipeReader Input => _input;

    public PipeWriter Output => inner.Output;

    public string RemoteAddress => inner.RemoteAddress;

    public string Origin => inner.Origin;

    public PeerIdentity? Peer => inner.Peer;

    public void Freeze() => _input.Freeze();

    public void Thaw() => _input.Thaw();

    public ValueTask OpenAsync(CancellationToken cancellationToken = default) => inner.OpenAsync(cancellationToken);

    public ValueTask FinishAsync() => inner.FinishAsync();

    public void Abort()
    {
        inner.Abort();
        _input.Break();
    }

    public async ValueTask DisposeAsync()
    {
        await ended(this);
        await inner.DisposeAsync();
        _input.Thaw();
    }
}
