using FedActors.Actors.Cells;
using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;

namespace FedActors.Actors.Remoting;

/// <content>Watches across the two nodes.</content>
internal sealed partial class Endpoint
{
    /// <summary>A watcher of this node wants to know when an actor there ends.</summary>
    public void Watch(RemoteActorRef watched, ActorRef watcher)
    {
        Endpoint? other;
        bool isKept;
        lock (_sync)
        {
            // Looked at under the lock under which watches are handed over, here and below: a watch is here, or it is there.
            other = _redirect;
            isKept = other is null && TryKeep(watched, watcher);
        }

        if (other is not null)
        {
            other.Watch(watched, watcher);
        }
        else if (isKept)
        {
            GiveUpIfOverfull();
        }
        else
        {
            TellUnreachable(watched, watcher);
        }
    }

    public void Unwatch(RemoteActorRef watched, ActorRef watcher)
    {
        Endpoint? other;
        lock (_sync)
        {
            other = _redirect;
            if (_watches.RemoveOurs(watched, watcher))
            {
                SayOrUndo(FrameKind.Unwatch, WatchTable.FrameOf(watched, watcher), () => _watches.AddOurs(watched, watcher));
            }
        }

        if (other is not null)
        {
            other.Unwatch(watched, watcher);
        }
        else
        {
            GiveUpIfOverfull();
        }
    }

    /// <summary>An actor of this node that somebody there watches has ended.</summary>
    public void TellEnded(ActorRef watched, RemoteActorRef watcher, TerminationReason reason)
    {
        lock (_sync)
        {
            foreach (WatchFrame watch in _watches.TakeTheirs(watched, watcher))
            {
                // The watcher hears of the end after all that the actor told it, however large.
                Outbox.Post((ref MessagePackWriter writer) => (watch with { Reason = reason }).Write(ref writer, FrameKind.Ended), behind: watcher);
            }
        }
    }

    public void OnWatch(in WatchFrame frame)
    {
        if (Outbox.IsOverfull)
        {
            // Each watch on nobody is answered at once, and none of that may be lost.
            throw new ProtocolException("It watches on and does not take the answers that it has caused.");
        }

        ActorRef watched = System.ResolveLocal(new ActorPath(System.Node, frame.Watched.Name, frame.Watched.Uid));
        var watcher = new RemoteActorRef(this, new ActorPath(Name, frame.Watcher.Name, frame.Watcher.Uid));
        lock (_sync)
        {
            // The table answers in the words of the watcher, who may know the actor by name only.
            _watches.AddTheirs(frame, watched, watcher);
        }

        if (BeginWatchChange(watched, watcher) > _remote.Options.Limits.MaxWatchBytes)
        {
            // The actor never hears of it, and so never takes note.
            EndWatchChange(watched, watcher);
            throw new ProtocolException($"It watches and unwatches faster than {watched.Path.Name} takes note.");
        }

        watched.SendSystem(new SystemMessage.Watch(watched, watcher));
    }

    public void OnUnwatch(in WatchFrame frame)
    {
        (ActorRef Watched, RemoteActorRef Watcher)? ended;
        lock (_sync)
        {
            ended = _watches.RemoveTheirs(frame);

            // The actor takes note of its watcher once, by whatever words that watches it.
            ended = ended is { } taken && _watches.HasTheirs(taken.Watched, taken.Watcher) ? null : ended;
        }

        if (ended is { } watch)
        {
            BeginWatchChange(watch.Watched, watch.Watcher);
            watch.Watched.SendSystem(new SystemMessage.Unwatch(watch.Watched, watch.Watcher));
        }
    }

    /// <summary>An actor of this node has taken note that somebody there watches it, or does so no more.</summary>
    public void EndWatchChange(ActorRef watched, RemoteActorRef watcher) =>
        Interlocked.Add(ref _watchChangeBytes, -WatchTable.BytesOf(WatchTable.FrameOf(watched, watcher)));

    public void OnEnded(in WatchFrame frame)
    {
        (ActorRef Watched, ActorRef Watcher)? ended;
        lock (_sync)
        {
            ended = _watches.TakeOurs(frame);
        }

        if (ended is { } watch)
        {
            watch.Watcher.SendSystem(new SystemMessage.WatchedEnded(watch.Watched, frame.Reason));
        }
    }

    /// <summary>Takes over the watches of an endpoint that gives way to this one, under that one's lock.</summary>
    /// <returns>Those of which nothing can be said there: their watchers are to be told, without a lock.</returns>
    private IReadOnlyList<(RemoteActorRef Watched, ActorRef Watcher)> TakeOver(List<(RemoteActorRef Watched, ActorRef Watcher)> watches)
    {
        lock (_sync)
        {
            return watches.FindAll(watch => !TryKeep(watch.Watched, watch.Watcher));
        }
    }

    /// <summary>Notes a watch and says it there, unless the node is given up. Under the lock.</summary>
    private bool TryKeep(RemoteActorRef watched, ActorRef watcher)
    {
        if (_unreachable || _closed)
        {
            return false;
        }

        bool isNew = _watches.AddOurs(watched, watcher);
        SayOrUndo(FrameKind.Watch, WatchTable.FrameOf(watched, watcher), () => _ = isNew && _watches.RemoveOurs(watched, watcher));
        return true;
    }

    private static void TellUnreachable(RemoteActorRef watched, ActorRef watcher) =>
        watcher.SendSystem(new SystemMessage.WatchedEnded(watched, TerminationReason.Unreachable));

    /// <summary>A change of a watch is on its way to an actor, whose lane for such refuses nothing.</summary>
    /// <returns>The bytes that all those take which are on their way.</returns>
    private long BeginWatchChange(ActorRef watched, RemoteActorRef watcher) =>
        watched is LocalActorRef ? Interlocked.Add(ref _watchChangeBytes, WatchTable.BytesOf(WatchTable.FrameOf(watched, watcher))) : 0;

    /// <summary>The node takes nothing, and what may not be lost has piled up: it is given up, so that everybody concerned hears so now.</summary>
    private void GiveUpIfOverfull()
    {
        if (!Outbox.IsOverfull)
        {
            return;
        }

        if (_link is { } link)
        {
            link.Abort("watches and their ends have piled up, and the other side took none");
        }
        else
        {
            MakeDeadLetters(GiveUp());
        }
    }

    /// <summary>Says what has been noted of a watch. Where that is refused, as it is to a message that writes itself, it is noted no more. Under the lock.</summary>
    private void SayOrUndo(FrameKind kind, WatchFrame frame, Action undo)
    {
        try
        {
            Outbox.Post((ref MessagePackWriter writer) => frame.Write(ref writer, kind));
        }
        catch (InvalidOperationException)
        {
            undo();
            throw;
        }
    }
}
