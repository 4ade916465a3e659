using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Transport;

namespace FedActors.Actors.Remoting;

/// <content>Who greets under the node's id: refusals, half-open connections, and what becomes of the connection that there was.</content>
internal sealed partial class Endpoint
{
    /// <summary>Whether a greeting may lead to a connection: null, or why not.</summary>
    public Refusal? FindRefusal(Greeting greeting, PeerIdentity? peer)
    {
        lock (_sync)
        {
            // A renewed certificate keeps its subject.
            if (_identity is { } known && peer?.Subject != known.Subject)
            {
                return new Refusal(
                    RefusalCode.NotItsCertificate,
                    System.Node,
                    $"{greeting.Node} is known here by the certificate of {known.Subject}, and {peer?.Subject ?? "none"} was shown: give each node an id of its own.");
            }

            if (greeting.Incarnation < _incarnation)
            {
                return new Refusal(RefusalCode.FormerLife, System.Node, $"A later life of {greeting.Node} is known here: end this process.");
            }

            return _link is not null && greeting.Incarnation == _incarnation && greeting.LinksLost <= _peerLinksLost
                ? new Refusal(RefusalCode.Connected, System.Node, $"{System.Node} and {greeting.Node} are connected already.")
                : null;
        }
    }

    /// <summary>An accepted connection may wait for its Ready, unless there is a refusal.</summary>
    /// <remarks>
    /// Two nodes may dial each other at once; then the connection of the one with the smaller id stays. The other yields at the moment
    /// when it would take its own connection into use, if one is half open. Both are decided under the lock: either the half-open one
    /// comes first and the dialer yields, or the dialled one comes first and the greeting is refused.
    /// </remarks>
    public Refusal? BeginHalfOpen(Greeting greeting, PeerIdentity? peer)
    {
        lock (_sync)
        {
            Refusal? refusal = FindRefusal(greeting, peer);
            _halfOpen += refusal is null ? 1 : 0;
            return refusal;
        }
    }

    /// <summary>Notes that a connection which the node dialled has ended.</summary>
    /// <returns>How many in a row were short.</returns>
    public int CountLink(bool isShort)
    {
        lock (_sync)
        {
            return _shortLinks = isShort ? _shortLinks + 1 : 0;
        }
    }

    /// <summary>Notes that whoever greeted in the node's name hung up before the connection was in use, as the node does where both dial.</summary>
    /// <returns>How often since the node was last connected by being dialled.</returns>
    public int CountCrossed()
    {
        lock (_sync)
        {
            return ++_crossed;
        }
    }

    /// <returns>Whether the node is a stranger that was never connected, so that nothing of it needs to be remembered.</returns>
    public bool EndHalfOpen()
    {
        lock (_sync)
        {
            _halfOpen--;
            return _halfOpen == 0 && _linksLost == 0 && _link is null && !IsDialled;
        }
    }

    /// <summary>Ends what is known of a stranger. Whoever had got hold of a reference to it hears that it is unreachable.</summary>
    public void LeaveAsStranger()
    {
        Loss loss;
        lock (_sync)
        {
            _unreachable = true;
            Outbox.Shut();
            EndGrace();
            loss = TakeLoss(TerminationReason.Unreachable) with { Node = null };
        }

        EndWatches(loss);
        Announce(loss);
    }

    /// <summary>Ends a connection that the other side, by its greeting, has lost, and waits until everybody has been told of its end. What this node remembers stands still after it.</summary>
    /// <remarks>
    /// A greeting proves nothing: without a certificate it may be anybody's. So a connection on which something still arrives stays, and
    /// the greeting is refused. One that the other side has really lost is silent, or ends in the meantime.
    /// </remarks>
    /// <param name="peer">Who greets, as far as it is proved.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Why the connection stays, or null if there is none any more.</returns>
    public async ValueTask<Refusal?> EndFormerLinkAsync(PeerIdentity? peer, CancellationToken cancellationToken)
    {
        long since = System.Time.GetTimestamp();
        Link? former;
        Task? told;
        lock (_sync)
        {
            former = _link;
            told = _told?.Task;
        }

        if (former is null)
        {
            return told is null ? null : await AwaitTellingAsync(told, since, cancellationToken);
        }

        bool isProved = peer is not null && former.Peer is { } known && known.Subject == peer.Subject;
        if (!isProved && await IsAliveAsync(former, cancellationToken))
        {
            return new Refusal(
                RefusalCode.NameTaken, System.Node, $"{Name} is connected with {System.Node} and alive: two processes use one id, or one poses as the other.");
        }

        former.Abort("the other side has lost it and connected anew");
        return await AwaitTellingAsync(former.Completion, since, cancellationToken);
    }

    /// <summary>Waits until everybody has been told of a connection's end. Where subscribers take long for that it says so while the handshake has time left.</summary>
    private async Task<Refusal?> AwaitTellingAsync(Task told, long since, CancellationToken cancellationToken)
    {
        TimeSpan left = _remote.Options.Limits.HandshakeTimeout - System.Time.GetElapsedTime(since);
        TimeSpan half = left > TimeSpan.Zero ? left / 2 : TimeSpan.Zero;
        if (await told.EndOrLimitAsync(half, System.Time, cancellationToken))
        {
            return null;
        }

        bool isTelling;
        lock (_sync)
        {
            isTelling = _tellings > 0;
        }

        if (isTelling)
        {
            return new Refusal(
                RefusalCode.StillTelling,
                System.Node,
                $"{System.Node} is still telling its subscribers that {Name} is away: one of {nameof(NodeDisconnected)} or {nameof(NodeLost)} takes long there, or never returns.");
        }

        await told.EndAsync(cancellationToken);
        return null;
    }

    /// <summary>Whether something arrives within a heartbeat and half of another.</summary>
    private async Task<bool> IsAliveAsync(Link link, CancellationToken cancellationToken)
    {
        long before = BytesReceived;
        await link.Completion.EndOrLimitAsync(_remote.Options.SignOfLifeWithin, System.Time, cancellationToken);
        return !link.Completion.IsCompleted && (BytesReceived != before || link.IsBusyReceiving);
    }
}
