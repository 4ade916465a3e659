using FedActors.Actors;
using FedActors.FL.Roles;
using FedActors.Simulation.Disk;
using FedActors.Simulation.Schedules;
using FedActors.Simulation.Worlds;
using FedActors.Storage.Training;

namespace FedActors.Simulation.Coordinated;

/// <content>Lets go wrong what only a coordinated run knows.</content>
internal sealed partial class CoordinatedWorld
{
    private const int MaxRepeats = 8;

    private int _intruder;

    protected override void InjectOwn(Fault fault, CoordinatedNode node)
    {
        switch (fault.Kind)
        {
            case FaultKind.FullDisk or FaultKind.SlowDisk or FaultKind.FailingWrite or FaultKind.CrashInWrite:
                if (DiskFaults.Harm(_disk, fault, Queue.Now))
                {
                    Lasts(fault.Duration, static () => { });
                }

                break;
            case FaultKind.RestoredBackup:
                DiskImage<ITrainingStore> image = _disk.Copy();
                Lasts(fault.Duration, () => Restore(image, fault));
                break;
            case FaultKind.Intruder:
                Intrude(node, fault);
                break;
            case FaultKind.OperatorStop:
                HitIf(node.IsAlive, fault);
                node.Process?.Post(() => node.Actor!.Tell(new StopRun("an operator asks for it")));
                break;
            default:
                if (node.IsAlive)
                {
                    Interfere(node, (CoordinatedInterference)node.Interference!, fault);
                }

                break;
        }
    }

    private void Restore(DiskImage<ITrainingStore> image, Fault fault)
    {
        if (!_disk.IsEarlier(image))
        {
            return;
        }

        HitIf(Crash(ProviderNode, TimeSpan.FromSeconds(1), power: true), fault);
        _disk.Restore(image);
        _invariants.OnRestored(_disk.Content, RunId);
    }

    private void Intrude(CoordinatedNode node, Fault fault)
    {
        if (node.IsAlive)
        {
            return;
        }

        _intruder = fault.Detail;
        Start(node);
        Hit(fault.Kind, fault.Host);
        Lasts(fault.Duration, () => Crash(node, TimeSpan.Zero, power: false));
    }

    private void Interfere(CoordinatedNode node, CoordinatedInterference interference, Fault fault)
    {
        switch (fault.Kind)
        {
            case FaultKind.HungActor:
                interference.Hangs = true;
                if (fault.Detail % 2 == 0)
                {
                    // Somebody notices and restarts it.
                    Lasts(fault.Duration * 3, () => Crash(node, TimeSpan.FromSeconds(1), power: false));
                }

                break;
            case FaultKind.FailingActor:
                interference.Fails = 1 + (fault.Detail % MaxRepeats);
                break;
            case FaultKind.HungTraining:
                interference.TrainingHangs = fault.Detail != CoordinatedSchedule.AfterTheLastRound;
                interference.HangsAfter = fault.Detail == CoordinatedSchedule.AfterTheLastRound ? _schedule.Rounds : null;
                break;
            case FaultKind.DamagedRequest:
                interference.Damages = true;
                break;
            case FaultKind.LyingCombiner:
                interference.Lie = fault.Detail;
                break;
            case FaultKind.ConfusedWorker:
                for (int i = 0; i <= fault.Detail % MaxRepeats; i++)
                {
                    interference.Confusions.Enqueue(fault.Detail + i);
                }

                break;
            default:
                throw new ArgumentException($"{fault.Kind} does not happen to coordinated runs.", nameof(fault));
        }
    }
}
