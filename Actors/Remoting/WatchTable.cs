using FedActors.Actors.Remoting.Frames;

namespace FedActors.Actors.Remoting;

/// <summary>Who watches whom across one pair of nodes. Not safe for concurrent use; its owner locks.</summary>
/// <remarks>Keys are what stands in the frames: a watcher may know an actor by its name alone, with uid 0.</remarks>
internal sealed class WatchTable(int maxTheirs)
{
    private readonly Dictionary<WatchFrame, (RemoteActorRef Watched, ActorRef Watcher)> _ours = [];
    private readonly Dictionary<WatchFrame, (ActorRef Watched, RemoteActorRef Watcher)> _theirs = [];

    /// <summary>The frame that tells of a watch; the reason is a placeholder that takes no part in keys.</summary>
    public static WatchFrame FrameOf(ActorRef watched, ActorRef watcher) =>
        new(NameOf(watched), NameOf(watcher), TerminationReason.Stopped);

    /// <summary>Watches of this node's actors on theirs.</summary>
    public IReadOnlyCollection<WatchFrame> Ours() => _ours.Keys;

    public void AddOurs(RemoteActorRef watched, ActorRef watcher) => _ours[FrameOf(watched, watcher)] = (watched, watcher);

    public bool RemoveOurs(RemoteActorRef watched, ActorRef watcher) => _ours.Remove(FrameOf(watched, watcher));

    public (ActorRef Watched, ActorRef Watcher)? TakeOurs(in WatchFrame frame) =>
        _ours.Remove(KeyOf(frame), out (RemoteActorRef Watched, ActorRef Watcher) watch) ? watch : null;

    public void AddTheirs(in WatchFrame frame, ActorRef watched, RemoteActorRef watcher)
    {
        if (_theirs.Count >= maxTheirs)
        {
            throw new ProtocolException($"More than {maxTheirs} watches from one node are not taken.");
        }

        _theirs[KeyOf(frame)] = (watched, watcher);
    }

    public (ActorRef Watched, RemoteActorRef Watcher)? RemoveTheirs(in WatchFrame frame) =>
        _theirs.Remove(KeyOf(frame), out (ActorRef Watched, RemoteActorRef Watcher) watch) ? watch : null;

    /// <summary>Takes out the watches of one watcher on one actor, by whatever words they were made.</summary>
    public IReadOnlyList<WatchFrame> TakeTheirs(ActorRef watched, RemoteActorRef watcher)
    {
        WatchFrame exact = FrameOf(watched, watcher);
        WatchFrame byName = exact with { Watched = (exact.Watched.Name, 0) };
        return [.. new[] { exact, byName }.Distinct().Where(frame => _theirs.Remove(frame))];
    }

    public List<(RemoteActorRef Watched, ActorRef Watcher)> TakeAllOurs()
    {
        List<(RemoteActorRef, ActorRef)> all = [.. _ours.Values];
        _ours.Clear();
        return all;
    }

    public List<(ActorRef Watched, RemoteActorRef Watcher)> TakeAllTheirs()
    {
        List<(ActorRef, RemoteActorRef)> all = [.. _theirs.Values];
        _theirs.Clear();
        return all;
    }

    private static WatchFrame KeyOf(in WatchFrame frame) => frame with { Reason = TerminationReason.Stopped };

    private static (string Name, long Uid) NameOf(ActorRef actor) => (actor.Path.Name, actor.Path.Uid);
}
