namespace FedActors.Simulation.Schedules;

/// <summary>What can go wrong.</summary>
public enum FaultKind
{
    /// <summary>A process is killed; its machine closes the connections.</summary>
    Crash = 1,

    /// <summary>A machine loses power: nobody is told, and what was not flushed is lost.</summary>
    PowerCut,

    /// <summary>Connections between two machines break, and both notice.</summary>
    ConnectionBreak,

    /// <summary>Connections between two machines break, and one of the two does not notice.</summary>
    HalfOpenConnection,

    /// <summary>Nothing gets from a machine to any other, nor back.</summary>
    Partition,

    /// <summary>Nothing gets from one machine to another, but all gets back.</summary>
    OneWayPartition,

    /// <summary>A path has many times its latency.</summary>
    SlowPath,

    /// <summary>A path lets few bytes through.</summary>
    NarrowPath,

    /// <summary>A machine's wall clock is set, forward or back.</summary>
    ClockJump,

    /// <summary>A machine's clock runs at another rate.</summary>
    ClockDrift,

    /// <summary>A disk has no room.</summary>
    FullDisk,

    /// <summary>A disk writes and reports a failure all the same.</summary>
    FailingWrite,

    /// <summary>A disk takes long, and holds the process up.</summary>
    SlowDisk,

    /// <summary>A process dies within a write, before or after it has reached the disk.</summary>
    CrashInWrite,

    /// <summary>A disk is replaced by an earlier copy of itself.</summary>
    RestoredBackup,

    /// <summary>A member's handler does not return before its process is restarted.</summary>
    HungActor,

    /// <summary>A handler takes seconds.</summary>
    SlowActor,

    /// <summary>Handlers throw.</summary>
    FailingActor,

    /// <summary>A worker's training, or an evaluation, never ends.</summary>
    HungTraining,

    /// <summary>A worker's training, or an evaluation, takes long.</summary>
    SlowTraining,

    /// <summary>A worker or the evaluator gets parameters of another shape than the model's.</summary>
    DamagedRequest,

    /// <summary>A worker sends updates that must not count, beside those that do.</summary>
    ConfusedWorker,

    /// <summary>Somebody registers under a name, with a site or with a model that must be refused.</summary>
    Intruder,

    /// <summary>An operator asks for the run's end, or for a peer's.</summary>
    OperatorStop,

    /// <summary>The network falls in two halves, and heals.</summary>
    SplitNetwork,

    /// <summary>A peer's disk is lost, and replaced by an empty one.</summary>
    WipedDisk,

    /// <summary>A peer's disk is copied, and a second process runs on the copy.</summary>
    ClonedDisk,

    /// <summary>A peer tells one neighbour another content under a version than the others.</summary>
    EquivocatingPeer,

    /// <summary>Somebody who was welcomed answers every exchange with lies.</summary>
    LyingPeer,

    /// <summary>A peer that was stopped is removed for good, and now and then comes back all the same.</summary>
    RemovedPeer,

    /// <summary>A combiner answers with what is no sum of the updates that it was asked for.</summary>
    LyingCombiner,
}
