using FedActors.Actors.Diagnostics;

namespace FedActors.Actors.Cells;

/// <content>What is seen of the actor from outside, on any thread.</content>
internal sealed partial class ActorCell
{
    /// <summary>Messages from other nodes that wait for room in the mailbox beside their connections.</summary>
    public int WaitingAside => Volatile.Read(ref _waitingAside);

    /// <summary>Whether a message from another node has waited in vain for the actor to handle anything, and it has handled nothing since.</summary>
    public bool StandsStill => Volatile.Read(ref _stoodStillAt) == Handled;

    /// <summary>More or fewer messages wait aside.</summary>
    public void WaitAside(int change) => Interlocked.Add(ref _waitingAside, change);

    /// <summary>A message from another node has waited in vain while the actor had handled so many.</summary>
    /// <returns>Whether that is news.</returns>
    public bool NoteStandstill(long handled) => Interlocked.Exchange(ref _stoodStillAt, handled) != handled;

    /// <summary>The actor and all beneath it, as they are now.</summary>
    public ActorSnapshot Describe() => new(
        Self.Path,
        StateOf(_phase),
        _loop.InActor,
        Queued,
        _props.Mailbox.Capacity,
        Handled,
        Volatile.Read(ref _restarts),
        DescribeChildren());

    private ActorSnapshot[] DescribeChildren()
    {
        ActorSnapshot[] children = Array.ConvertAll(ChildrenNow(), static child => child.Cell.Describe());
        Array.Sort(children, static (one, other) => string.CompareOrdinal(one.Actor.Name, other.Actor.Name));
        return children;
    }

    private static ActorState StateOf(CellPhase phase) => phase switch
    {
        CellPhase.New => ActorState.Starting,
        CellPhase.Running => ActorState.Running,
        CellPhase.Suspended => ActorState.Suspended,
        CellPhase.Restarting => ActorState.Restarting,
        CellPhase.Stopping => ActorState.Stopping,
        _ => ActorState.Ended,
    };
}
