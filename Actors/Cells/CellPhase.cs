namespace FedActors.Actors.Cells;

/// <summary>Where an actor stands in its life.</summary>
internal enum CellPhase
{
    /// <summary>Made, and not started yet.</summary>
    New,

    /// <summary>Takes messages.</summary>
    Running,

    /// <summary>Failed, or has a failed sibling under an all-for-one strategy; waits for its parent's decision.</summary>
    Suspended,

    /// <summary>Waits for its children to end, to get a new instance.</summary>
    Restarting,

    /// <summary>Waits for its children to end, to end itself.</summary>
    Stopping,

    /// <summary>Has ended.</summary>
    Ended,
}
