namespace FedActors.Scripts.Measuring.Hostile;

/// <summary>Where one attack takes place: nodes of its own, and a process of attackers.</summary>
internal sealed class HostileGround : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _started = new();

    private HostileGround()
    {
    }

    /// <summary>Who asks the node that is attacked.</summary>
    public HonestPeer Honest { get; private set; } = null!;

    /// <summary>Who attacks it.</summary>
    public AttackerProcess Attackers { get; private set; } = null!;

    /// <summary>Starts nodes and attackers.</summary>
    /// <param name="secure">Whether a node with TLS is attacked. One without is there in any case: attackers learn from it what nodes say.</param>
    /// <param name="processors">Processors of the attackers, or null for all.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<HostileGround> StartAsync(bool secure, ulong? processors, TimeProvider time, CancellationToken cancellationToken)
    {
        var ground = new HostileGround();
        try
        {
            HonestPeer plain = ground.Honest = ground.Keep(await HonestPeer.StartAsync(tls: false, time, cancellationToken).ConfigureAwait(false));
            if (secure)
            {
                ground.Honest = ground.Keep(await HonestPeer.StartAsync(tls: true, time, cancellationToken).ConfigureAwait(false));
            }

            var targets = new AttackTargets(plain.Port, secure ? ground.Honest.Port : 0);
            ground.Attackers = ground.Keep(await AttackerProcess.StartAsync(targets, processors, cancellationToken).ConfigureAwait(false));
            return ground;
        }
        catch
        {
            await ground.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_started.TryPop(out IAsyncDisposable? last))
        {
            await last.DisposeAsync().ConfigureAwait(false);
        }
    }

    private T Keep<T>(T started)
        where T : IAsyncDisposable
    {
        _started.Push(started);
        return started;
    }
}
