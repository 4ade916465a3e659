using FedActors.FL.Roles;

namespace FedActors.Scripts.Trainers;

/// <summary>Gives a worker its trainer.</summary>
internal static class WorkerTrainer
{
    /// <summary>The worker with a program to train, or as it is.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="process">The program, or null for the built-in trainer.</param>
    /// <param name="folder">Where files are exchanged with it.</param>
    /// <param name="time">The clock.</param>
    public static WorkerSetup With(this WorkerSetup worker, TrainerProcess? process, string folder, TimeProvider time) => process is null
        ? worker
        : worker with { Trainer = subject => new ExternalTrainer(process, subject, folder, time) };
}
