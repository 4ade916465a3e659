namespace FedActors.Scripts.Measuring.Transport;

/// <summary>Work of two bare streams, which are connected when it is first done and left with nothing under way.</summary>
internal abstract class RawWorkload(bool tls, TimeProvider time) : Workload
{
    private RawPair? _pair;

    protected TimeProvider Time => time;

    public sealed override async Task<double[]> RunAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        _pair ??= await RawPair.ConnectAsync(tls, time, cancellationToken).ConfigureAwait(false);
        await Task.Yield();
        return await WorkAsync(_pair, duration, cancellationToken).ConfigureAwait(false);
    }

    public override ValueTask DisposeAsync() => _pair?.DisposeAsync() ?? ValueTask.CompletedTask;

    protected abstract Task<double[]> WorkAsync(RawPair pair, TimeSpan duration, CancellationToken cancellationToken);
}
