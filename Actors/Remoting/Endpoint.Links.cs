using FedActors.Actors.Cells;
using FedActors.Actors.Diagnostics;
using FedActors.Actors.Remoting.Frames;

namespace FedActors.Actors.Remoting;

/// <content>Connections: taking one into use, losing it, losing the node.</content>
internal sealed partial class Endpoint
{
    /// <summary>Whether a greeting may lead to a connection: null, or why not.</summary>
    public Refusal? FindRefusal(Greeting greeting)
    {
        lock (_sync)
        {
            if (greeting.Incarnation < _incarnation)
            {
                return new Refusal(RefusalCode.FormerLife, System.Node, $"A later life of {greeting.Node} is known here: end this process.");
            }

            return _link is not null && greeting.Incarnation == _incarnation && greeting.LinksLost <= _peerLinksLost
                ? new Refusal(RefusalCode.Connected, System.Node, $"{System.Node} and {greeting.Node} are connected already.")
                : null;
        }
    }

    /// <summary>An accepted connection waits for its Ready.</summary>
    public void BeginHalfOpen() => Interlocked.Increment(ref _halfOpen);

    public void EndHalfOpen() => Interlocked.Decrement(ref _halfOpen);

    /// <summary>Two nodes dialled each other at once: the connection of the one with the smaller id stays.</summary>
    public bool YieldsTo(string node) => Volatile.Read(ref _halfOpen) > 0 && string.CompareOrdinal(System.Node, node) > 0;

    /// <summary>Takes a connection into use. An older one that the other side has lost is ended first.</summary>
    /// <returns>False if there is a connection that stays.</returns>
    public async ValueTask<bool> AttachAsync(Link link, Greeting greeting, bool dialled)
    {
        Link? old;
        lock (_sync)
        {
            old = _link;
        }

        if (old is not null)
        {
            if (FindRefusal(greeting) is not null)
            {
                return false;
            }

            old.Abort("the other side has lost it and connected anew");
            await old.Completion;
        }

        bool reborn;
        lock (_sync)
        {
            if (_closed || _link is not null)
            {
                return false;
            }

            reborn = _incarnation != 0 && greeting.Incarnation != _incarnation;
            Node = greeting.Node;
            _incarnation = greeting.Incarnation;
            _peerLinksLost = greeting.LinksLost;
            _grace?.Dispose();
            _grace = null;
        }

        if (reborn)
        {
            Lose(TerminationReason.NodeRestarted);
        }

        lock (_sync)
        {
            _link = link;
            _unreachable = false;
            foreach (WatchFrame watch in _watches.Ours())
            {
                Outbox.PostWatch(FrameKind.Watch, watch);
            }

        }

        Diagnostics.Log.Connected(Log, Name, greeting.Incarnation, link.RemoteAddress);
        System.Events.Publish(new NodeConnected(Name, greeting.Incarnation, link.RemoteAddress, link.Peer));

        // Outside the lock and after the event: messages may arrive, and be handled, on this very stack.
        link.Start(announceReady: dialled);
        lock (_sync)
        {
            _connected.TrySetResult(greeting.Node);
        }

        return true;
    }

    /// <summary>A connection has ended.</summary>
    public void Detach(Link link, string reason, bool farewell)
    {
        lock (_sync)
        {
            if (_link != link)
            {
                return;
            }

            _link = null;
            Interlocked.Increment(ref _linksLost);
            _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        MakeDeadLetters(Outbox.RemoveBegun());
        Diagnostics.Log.Disconnected(Log, Name, reason);
        System.Events.Publish(new NodeDisconnected(Name, reason));
        if (farewell)
        {
            OnGraceElapsed();
        }
        else
        {
            StartGrace();
        }
    }

    /// <summary>The node turns out to be one that has an endpoint already: everything goes there from now on.</summary>
    public void RedirectTo(Endpoint other)
    {
        List<(RemoteActorRef Watched, ActorRef Watcher)> watches;
        lock (_sync)
        {
            _redirect = other;
            _grace?.Dispose();
            _grace = null;
            Node = other.Node;
            watches = _watches.TakeAllOurs();
        }

        foreach ((RemoteActorRef target, Envelope envelope) in Outbox.RemoveAll())
        {
            DeliveryResult result = other.Offer(target, envelope);
            if (result != DeliveryResult.Accepted)
            {
                System.DeadLetters.Publish(target, envelope, result);
            }
        }

        foreach ((RemoteActorRef watched, ActorRef watcher) in watches)
        {
            other.Watch(watched, watcher);
        }
    }

    /// <summary>Sends what is queued, says goodbye, and takes nothing more.</summary>
    public async Task CloseAsync()
    {
        Link? link;
        lock (_sync)
        {
            _closed = true;
            _grace?.Dispose();
            _grace = null;
            link = _link;
        }

        if (link is not null)
        {
            await link.DrainAsync(_remote.Options.DrainTimeout);
        }

        MakeDeadLetters(Outbox.RemoveAll());
    }

    private void StartGrace()
    {
        lock (_sync)
        {
            if (!_closed && _link is null)
            {
                _grace?.Dispose();
                _grace = System.Time.CreateTimer(_ => OnGraceElapsed(), null, _remote.Options.ReconnectGrace, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void OnGraceElapsed()
    {
        lock (_sync)
        {
            if (_link is not null || _closed || _redirect is not null)
            {
                return;
            }

            _unreachable = true;
        }

        Lose(TerminationReason.Unreachable);
    }

    /// <summary>Tells everybody that the node, or its former life, is gone.</summary>
    private void Lose(TerminationReason reason)
    {
        List<(RemoteActorRef Watched, ActorRef Watcher)> ours;
        List<(ActorRef Watched, RemoteActorRef Watcher)> theirs;
        lock (_sync)
        {
            ours = _watches.TakeAllOurs();
            theirs = _watches.TakeAllTheirs();
        }

        MakeDeadLetters(Outbox.RemoveAll());
        foreach ((ActorRef watched, RemoteActorRef watcher) in theirs)
        {
            watched.SendSystem(new SystemMessage.Unwatch(watched, watcher));
        }

        foreach ((RemoteActorRef watched, ActorRef watcher) in ours)
        {
            watcher.SendSystem(new SystemMessage.WatchedEnded(watched, reason));
        }

        if (Node is { } node)
        {
            System.Events.Publish(new NodeLost(node, reason));
        }
    }

    private void MakeDeadLetters(List<(RemoteActorRef Target, Envelope Envelope)> messages)
    {
        foreach ((RemoteActorRef target, Envelope envelope) in messages)
        {
            System.DeadLetters.Publish(target, envelope, DeadLetterReason.Unreachable);
        }
    }
}
