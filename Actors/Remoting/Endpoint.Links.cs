using FedActors.Actors.Cells;
using FedActors.Actors.Diagnostics;
using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Transport;

namespace FedActors.Actors.Remoting;

/// <content>Connections: taking one into use, and losing it.</content>
internal sealed partial class Endpoint
{
    /// <summary>What this node remembers of the session.</summary>
    public SessionMemory Remember()
    {
        lock (_sync)
        {
            return new SessionMemory(_session, _peerSession, _received);
        }
    }

    /// <summary>Takes a connection that this node dialled into use. An older one that the other side has lost is ended first.</summary>
    /// <returns>False if there is a connection that stays.</returns>
    public async ValueTask<bool> AttachDialledAsync(Link link, Greeting greeting, SessionMemory theirs, CancellationToken cancellationToken)
    {
        if (FindRefusal(greeting, link.Peer) is { } refusal && (_link is not null || refusal.Code == RefusalCode.NotItsCertificate))
        {
            return refusal.Code == RefusalCode.NotItsCertificate ? throw new HandshakeRefusedException(refusal) : false;
        }

        if (await EndFormerLinkAsync(link.Peer, cancellationToken) is { } objection)
        {
            return objection.Code == RefusalCode.StillTelling ? throw new HandshakeRefusedException(objection) : false;
        }

        return Attach(link, greeting, Remember(), theirs, announceReady: true);
    }

    /// <summary>Takes a connection that the other side dialled into use.</summary>
    /// <param name="link">The connection.</param>
    /// <param name="greeting">What the other side said of itself.</param>
    /// <param name="own">What it was told that this node remembers.</param>
    /// <param name="theirs">What it remembers.</param>
    /// <returns>False if another connection came between, so that what was told holds no longer.</returns>
    public bool AttachAccepted(Link link, Greeting greeting, SessionMemory own, SessionMemory theirs) =>
        Attach(link, greeting, own, theirs, announceReady: false);

    private bool Attach(Link link, Greeting greeting, SessionMemory own, SessionMemory theirs, bool announceReady)
    {
        // Both sides come to the same answer from the same two memories.
        bool resumed = own.Matches(theirs);
        Loss? loss = null;
        List<(RemoteActorRef Target, Envelope Envelope)> tooLarge;
        long sentAgain;

        // One lock from the decision to the link in its place: of two connections that come at once, one finds the other there.
        lock (_sync)
        {
            bool yields = announceReady && _halfOpen > 0 && string.CompareOrdinal(System.Node, greeting.Node) > 0;
            if (_closed || yields || _link is not null || _tellings > 0 || own != new SessionMemory(_session, _peerSession, _received))
            {
                return false;
            }

            if (resumed && theirs.Received < Outbox.Arrived)
            {
                // Another connection has come and gone since the other side said so.
                return false;
            }

            if (!resumed && _peerSession != 0)
            {
                loss = TakeLoss(greeting.Incarnation == _incarnation ? TerminationReason.Unreachable : TerminationReason.NodeRestarted);
            }

            // It throws if the other side claims what was never sent, or less than it has said before. Nothing that the endpoint relies on has changed by then.
            sentAgain = Outbox.Rewind(resumed ? theirs.Received : 0);
            tooLarge = Outbox.Limit(greeting.MaxMessageBytes);
            Node = greeting.Node;
            _incarnation = greeting.Incarnation;
            _peerLinksLost = greeting.LinksLost;
            _session = own.Own;
            _peerSession = theirs.Own;
            if (!resumed)
            {
                ForgetReceived();
            }

            _link = link;
            _identity = link.Peer ?? _identity;
            _unreachable = false;
            _graceExtended = false;
            _crossed = announceReady ? 0 : _crossed;
            Outbox.Open();
            EndGrace();
        }

        if (loss is not null)
        {
            EndWatches(loss);
            Announce(loss);
        }

        MakeDeadLetters(tooLarge, DeadLetterReason.TooLarge);
        Diagnostics.Log.Connected(Log, Name, greeting.Incarnation, link.RemoteAddress);
        System.Events.Publish(new NodeConnected(Name, greeting.Incarnation, link.RemoteAddress, link.Peer, resumed) { SentAgain = sentAgain });

        // Outside the lock and after the event: messages may arrive, and be handled, on this very stack.
        link.Start(announceReady ? own : null);
        lock (_sync)
        {
            // It may have ended in the meantime; who awaits a connection is then told of the next.
            if (_link == link)
            {
                _connected.TrySetResult(greeting.Node);
                _connectedElsewhere?.ForEach(awaited => awaited.TrySetResult(greeting.Node));
                _connectedElsewhere = null;
            }
        }

        return true;
    }

    /// <summary>A connection has ended.</summary>
    public void Detach(Link link, string reason, bool farewell)
    {
        long grace;
        lock (_sync)
        {
            if (_link != link)
            {
                return;
            }

            _link = null;
            grace = EndGrace();
            Interlocked.Increment(ref _linksLost);

            // Who awaits a connection that ended before anybody was told of it awaits the next.
            _connected = _connected.Task.IsCompleted ? new(TaskCreationOptions.RunContinuationsAsynchronously) : _connected;
            BeginTelling();
        }

        List<(RemoteActorRef Target, Envelope Envelope)> unsent = [];
        try
        {
            Diagnostics.Log.Disconnected(Log, Name, reason);
            System.Events.Publish(new NodeDisconnected(Name, reason));

            // Before whoever comes back goes on: it is to be told of the session that there is after this.
            unsent = OnLinkLost(grace, farewell);
        }
        finally
        {
            EndTelling();
        }

        MakeDeadLetters(unsent);
    }

    /// <returns>What was not sent, if the node is lost with its connection.</returns>
    private List<(RemoteActorRef Target, Envelope Envelope)> OnLinkLost(long grace, bool farewell)
    {
        if (farewell)
        {
            return LoseUnlessBack(grace);
        }

        if (Outbox.IsOverfull)
        {
            return GiveUp(grace);
        }

        StartGrace(_remote.Options.ReconnectGrace, after: grace);
        return [];
    }

    /// <summary>The node turns out to be one that has an endpoint already: everything goes there from now on.</summary>
    public void RedirectTo(Endpoint other)
    {
        IReadOnlyList<(RemoteActorRef Watched, ActorRef Watcher)> unwatchable;
        List<(RemoteActorRef Target, Envelope Envelope, DeliveryResult Result)> refused = [];
        List<(RemoteActorRef Target, Envelope Envelope, Exception Failure)> failed = [];
        other.Expect();
        lock (_sync)
        {
            EndGrace();
            Node = other.Node;
            Outbox.HandOver(
                (target, envelope) =>
                {
                    try
                    {
                        DeliveryResult result = other.Offer(target, envelope);
                        if (result != DeliveryResult.Accepted)
                        {
                            refused.Add((target, envelope, result));
                        }
                    }
                    catch (Exception e)
                    {
                        // Its sender has gone on. It costs that message, and not those behind it.
                        failed.Add((target, envelope, e));
                    }
                },
                () => _redirect = other);
            unwatchable = other.TakeOver(_watches.TakeAllOurs());
        }

        foreach ((RemoteActorRef target, Envelope envelope, DeliveryResult result) in refused)
        {
            System.DeadLetters.Publish(target, envelope, result);
        }

        if (failed is [(RemoteActorRef first, Envelope lost, Exception why), ..])
        {
            // They may be as many as wait for a node, and fail alike.
            Diagnostics.Log.NotWrittenAnew(Log, lost.Message.GetType().Name, first.Path, failed.Count - 1, why);
        }

        foreach ((RemoteActorRef target, Envelope envelope, _) in failed)
        {
            System.DeadLetters.Publish(target, envelope, DeadLetterReason.NotWrittenAnew);
        }

        foreach ((RemoteActorRef watched, ActorRef watcher) in unwatchable)
        {
            TellUnreachable(watched, watcher);
        }

        other.GiveUpIfOverfull();
        other.TellOfConnection(_connected);
    }

    /// <summary>Somebody connects with the node: one that was given up is waited for again, like one that is connected for the first time.</summary>
    private void Expect()
    {
        lock (_sync)
        {
            if (_unreachable && _link is null && !_closed)
            {
                _unreachable = false;
                Outbox.Open();
                StartGrace(_remote.Options.ConnectGrace);
            }
        }
    }

    /// <summary>Sends what is queued, says goodbye, and takes nothing more.</summary>
    public async Task CloseAsync()
    {
        Link? link;
        lock (_sync)
        {
            _closed = true;
            Outbox.Shut();
            EndGrace();
            link = _link;
        }

        if (link is not null)
        {
            await link.DrainAsync(_remote.Options.DrainTimeout);
        }

        MakeDeadLetters(Outbox.RemoveAll());
    }
}
