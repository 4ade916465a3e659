using FedActors.Actors.Remoting.Frames;

namespace FedActors.Actors.Remoting;

/// <summary>Who watches whom across one pair of nodes. Not safe for concurrent use; its owner locks.</summary>
/// <remarks>Keys are what stands in the frames: a watcher may know an actor by its name alone, with uid 0.</remarks>
internal sealed class WatchTable(RemotingLimits limits)
{
    // What a watch takes here and in the watched actor, beside the characters of its names.
    private const int OverheadBytes = 256;

    private readonly Dictionary<WatchFrame, (RemoteActorRef Watched, ActorRef Watcher)> _ours = [];
    private readonly Dictionary<WatchFrame, (ActorRef Watched, RemoteActorRef Watcher)> _theirs = [];
    private long _theirBytes;

    /// <summary>The frame that tells of a watch; the reason is a placeholder that takes no part in keys.</summary>
    public static WatchFrame FrameOf(ActorRef watched, ActorRef watcher) =>
        new(NameOf(watched), NameOf(watcher), TerminationReason.Stopped);

    /// <summary>Watches of this node's actors on theirs.</summary>
    public IReadOnlyCollection<WatchFrame> Ours() => _ours.Keys;

    /// <returns>Whether it was not there.</returns>
    public bool AddOurs(RemoteActorRef watched, ActorRef watcher)
    {
        WatchFrame key = FrameOf(watched, watcher);
        bool isNew = !_ours.ContainsKey(key);
        _ours[key] = (watched, watcher);
        return isNew;
    }

    public bool RemoveOurs(RemoteActorRef watched, ActorRef watcher) => _ours.Remove(FrameOf(watched, watcher));

    public (ActorRef Watched, ActorRef Watcher)? TakeOurs(in WatchFrame frame) =>
        _ours.Remove(KeyOf(frame), out (RemoteActorRef Watched, ActorRef Watcher) watch) ? watch : null;

    public void AddTheirs(in WatchFrame frame, ActorRef watched, RemoteActorRef watcher)
    {
        WatchFrame key = KeyOf(frame);
        if (_theirs.Count >= limits.MaxWatches || _theirBytes + BytesOf(key) > limits.MaxWatchBytes)
        {
            throw new ProtocolException(
                $"{_theirs.Count} watches that take {_theirBytes} bytes are held for one node; {limits.MaxWatches} in {limits.MaxWatchBytes} bytes are allowed.");
        }

        if (_theirs.TryAdd(key, (watched, watcher)))
        {
            _theirBytes += BytesOf(key);
        }
        else
        {
            _theirs[key] = (watched, watcher);
        }
    }

    public (ActorRef Watched, RemoteActorRef Watcher)? RemoveTheirs(in WatchFrame frame)
    {
        WatchFrame key = KeyOf(frame);
        if (!_theirs.Remove(key, out (ActorRef Watched, RemoteActorRef Watcher) watch))
        {
            return null;
        }

        _theirBytes -= BytesOf(key);
        return watch;
    }

    /// <summary>Takes out the watches of one watcher on one actor, by whatever words they were made.</summary>
    public IReadOnlyList<WatchFrame> TakeTheirs(ActorRef watched, RemoteActorRef watcher) =>
        [.. KeysOf(watched, watcher).Where(frame => RemoveTheirs(frame) is not null)];

    /// <summary>Whether one watches the other, by whatever words.</summary>
    public bool HasTheirs(ActorRef watched, RemoteActorRef watcher) => KeysOf(watched, watcher).Any(_theirs.ContainsKey);

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
        _theirBytes = 0;
        return all;
    }

    /// <summary>What a watch takes here, and in the watched actor.</summary>
    public static int BytesOf(in WatchFrame frame) => OverheadBytes + (2 * (frame.Watched.Name.Length + frame.Watcher.Name.Length));

    private static IEnumerable<WatchFrame> KeysOf(ActorRef watched, ActorRef watcher)
    {
        WatchFrame exact = FrameOf(watched, watcher);
        WatchFrame byName = exact with { Watched = (exact.Watched.Name, 0) };
        return new[] { exact, byName }.Distinct();
    }

    private static WatchFrame KeyOf(in WatchFrame frame) => frame with { Reason = TerminationReason.Stopped };

    private static (string Name, long Uid) NameOf(ActorRef actor) => (actor.Path.Name, actor.Path.Uid);
}
