using FedActors.Actors.Diagnostics;

namespace FedActors.Actors.Cells;

/// <content>What is seen of the actor from outside, on any thread.</content>
internal sealed partial class ActorCell
{
    /// <summary>The actor and all beneath it, as they are now.</summary>
    public ActorSnapshot Describe() => new(
        Self.Path,
        StateOf(_phase),
        _loop.InActor,
        Queued,
        Handled,
        Volatile.Read(ref _restarts),
        [.. ChildrenNow().OrderBy(child => child.Cell.Self.Path.Name, StringComparer.Ordinal).Select(child => child.Cell.Describe())]);

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
