using System.Threading.Channels;

namespace FedActors.Actors.Remoting;

/// <summary>Wakes one waiter; signals that come while nobody waits count as one.</summary>
internal sealed class AsyncSignal
{
    private readonly Channel<bool> _signals = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public void Set() => _signals.Writer.TryWrite(true);

    public async ValueTask WaitAsync() => await _signals.Reader.ReadAsync();
}
