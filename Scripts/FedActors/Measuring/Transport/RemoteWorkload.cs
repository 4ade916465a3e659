namespace FedActors.Scripts.Measuring.Transport;

/// <summary>Work between two nodes, which are connected when it is first done.</summary>
internal abstract class RemoteWorkload(bool tls, TimeProvider time, bool lowLatency = false) : Workload
{
    protected static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private NodePair? _nodes;

    protected TimeProvider Time => time;

    public sealed override async Task<double[]> RunAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        await StartAsync(cancellationToken).ConfigureAwait(false);
        return await WorkAsync(_nodes!, duration, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Connects the nodes, if they are not yet.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_nodes is null)
        {
            _nodes = await NodePair.ConnectAsync(tls, time, cancellationToken, lowLatency).ConfigureAwait(false);
            Spawn(_nodes);
        }
    }

    public sealed override ValueTask DisposeAsync() => _nodes?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Makes the actors that the work needs.</summary>
    protected abstract void Spawn(NodePair nodes);

    protected abstract Task<double[]> WorkAsync(NodePair nodes, TimeSpan duration, CancellationToken cancellationToken);
}
