namespace FedActors.Simulation.Coordinated;

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

    /// <summary>The provider's disk has no room.</summary>
    FullDisk,

    /// <summary>The provider's disk writes and reports a failure all the same.</summary>
    FailingWrite,

    /// <summary>The provider's disk takes long, and holds the process up.</summary>
    SlowDisk,

    /// <summary>The provider dies within a write, before or after it has reached the disk.</summary>
    CrashInWrite,

    /// <summary>The provider's disk is replaced by an earlier copy of itself.</summary>
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

    /// <summary>An operator asks for the run's end.</summary>
    OperatorStop,
}
