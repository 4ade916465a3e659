namespace FedActors.Actors.Scheduling;

/// <summary>What the runtime gives to a scheduler: a turn of an actor, or of somebody whose question is answered.</summary>
internal interface ITurn : IThreadPoolWorkItem
{
    /// <summary>Takes the turn.</summary>
    /// <param name="turns">The thread's, or null where nothing is run behind this one.</param>
    void Run(ThreadTurns? turns);
}
