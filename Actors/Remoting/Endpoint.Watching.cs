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
        lock (_sync)
        {
            if (_redirect is null)
            {
                if (!_unreachable && !_closed)
                {
                    _watches.AddOurs(watched, watcher);
                    PostWatch(FrameKind.Watch, WatchTable.FrameOf(watched, watcher));
                    return;
                }
            }
        }

        if (_redirect is { } other)
        {
            other.Watch(watched, watcher);
        }
        else
        {
            watcher.SendSystem(new SystemMessage.WatchedEnded(watched, TerminationReason.Unreachable));
        }
    }

    public void Unwatch(RemoteActorRef watched, ActorRef watcher)
    {
        _redirect?.Unwatch(watched, watcher);
        lock (_sync)
        {
            if (_watches.RemoveOurs(watched, watcher))
            {
                PostWatch(FrameKind.Unwatch, WatchTable.FrameOf(watched, watcher));
            }
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

        watched.SendSystem(new SystemMessage.Watch(watched, watcher));
    }

    public void OnUnwatch(in WatchFrame frame)
    {
        (ActorRef Watched, RemoteActorRef Watcher)? ended;
        lock (_sync)
        {
            ended = _watches.RemoveTheirs(frame);
        }

        if (ended is { } watch)
        {
            watch.Watched.SendSystem(new SystemMessage.Unwatch(watch.Watched, watch.Watcher));
        }
    }

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

    private void PostWatch(FrameKind kind, WatchFrame frame) => Outbox.Post((ref MessagePackWriter writer) => frame.Write(ref writer, kind));
}
