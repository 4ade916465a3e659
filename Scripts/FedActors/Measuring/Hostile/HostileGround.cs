namespace FedActors.Scripts.Measuring.Hostile;

/// <summary>Where one attack takes place: nodes of its own, and a process of attackers.</summary>
internal sealed class HostileGround : IAsyncDisposable
{
    private readonly HonestPeer _plain;
    private readonly HonestPeer? _secure;

    private HostileGround(HonestPeer plain, HonestPeer? secure, AttackerProcess attackers)
    {
        _plain = plain;
        _secure = secure;
        Attackers = attackers;
    }

    /// <summary>Who asks the node that is attacked.</summary>
    public HonestPeer Honest => _secure ?? _plain;

    /// <summary>Who attacks it.</summary>
    public AttackerProcess Attackers { get; }

    /// <summary>Starts nodes and attackers.</summary>
    /// <param name="secure">Whether a node with TLS is attacked. One without is there in any case: attackers learn from it what nodes say.</param>
    /// <param name="processors">Processors of the attackers, or null for all.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<HostileGround> StartAsync(bool secure, ulong? processors, TimeProvider time, CancellationToken cancellationToken)
    {
        HonestPeer plain = await HonestPeer.StartAsync(tls: false, time, cancellationToken).ConfigureAwait(false);
        HonestPeer? under = secure ? await HonestPeer.StartAsync(tls: true, time, cancellationToken).ConfigureAwait(false) : null;
        var targets = new AttackTargets(plain.Port, under?.Port ?? 0);
        return new HostileGround(plain, under, await AttackerProcess.StartAsync(targets, processors, cancellationToken).ConfigureAwait(false));
    }

    public async ValueTask DisposeAsync()
    {
        await Attackers.DisposeAsync().ConfigureAwait(false);
        await _plain.DisposeAsync().ConfigureAwait(false);
        if (_secure is not null)
        {
            await _secure.DisposeAsync().ConfigureAwait(false);
        }
    }
}
