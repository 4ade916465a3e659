using FedActors.Actors;
using FedActors.FL.Roles;
using FedActors.Simulation.Disk;
using FedActors.Simulation.Network;

namespace FedActors.Simulation.Coordinated;

/// <content>Lets things go wrong.</content>
internal sealed partial class CoordinatedWorld
{
    private const int MaxRepeats = 8;

    private int _intruder;

    private void Inject(Fault fault)
    {
        _trace.Tell(fault.Host, fault.ToString());
        WorldNode node = _nodes[fault.Host];
        switch (fault.Kind)
        {
            case FaultKind.Crash or FaultKind.PowerCut:
                HitIf(Crash(node, fault.Duration, fault.Kind == FaultKind.PowerCut), fault);
                break;
            case FaultKind.ConnectionBreak or FaultKind.HalfOpenConnection:
                HitIf(_network.Break(fault.Host, fault.Other, fault.Kind == FaultKind.ConnectionBreak) > 0, fault);
                break;
            case FaultKind.Partition or FaultKind.OneWayPartition:
                Partition(fault);
                break;
            case FaultKind.SlowPath or FaultKind.NarrowPath:
                Worsen(fault);
                break;
            case FaultKind.ClockJump or FaultKind.ClockDrift:
                Disturb(node, fault);
                break;
            case FaultKind.FullDisk or FaultKind.FailingWrite or FaultKind.SlowDisk or FaultKind.CrashInWrite or FaultKind.RestoredBackup:
                Harm(fault);
                break;
            case FaultKind.Intruder:
                Intrude(node, fault);
                break;
            case FaultKind.OperatorStop:
                HitIf(node.IsAlive, fault);
                node.Process?.Post(() => node.Actor!.Tell(new StopRun("an operator asks for it")));
                break;
            default:
                Interfere(node, fault);
                break;
        }

        Ends();
    }

    /// <summary>Does something after a time; until then the schedule is not calm.</summary>
    private void Lasts(TimeSpan duration, Action end)
    {
        _ongoing++;
        _queue.Schedule(duration, () =>
        {
            end();
            Ends();
        });
    }

    private void Ends()
    {
        _ongoing--;
        _calmSince = _queue.Now;
    }

    private void HitIf(bool happened, Fault fault)
    {
        if (happened)
        {
            Hit(fault.Kind, fault.Host);
        }
    }

    private void Partition(Fault fault)
    {
        List<NetworkPath> paths = [];
        foreach (string other in fault.Kind == FaultKind.OneWayPartition ? [fault.Other] : _nodes.Keys.Where(name => name != fault.Host))
        {
            paths.Add(_network.PathOf(fault.Host, other));
            if (fault.Kind == FaultKind.Partition)
            {
                paths.Add(_network.PathOf(other, fault.Host));
            }
        }

        long held = paths.Sum(path => path.Held);
        paths.ForEach(path => path.Block());
        Lasts(fault.Duration, () =>
        {
            HitIf(paths.Sum(path => path.Held) > held, fault);
            paths.ForEach(path => path.Unblock());
        });
    }

    private void Worsen(Fault fault)
    {
        NetworkPath[] paths = [_network.PathOf(fault.Host, fault.Other), _network.PathOf(fault.Other, fault.Host)];
        PathConditions worse = fault.Kind == FaultKind.SlowPath
            ? _network.Usual with { Latency = TimeSpan.FromMilliseconds(50 + (fault.Detail % 1500)) }
            : _network.Usual with { BytesPerSecond = 200 + (fault.Detail % 20_000) };
        foreach (NetworkPath path in paths)
        {
            path.Conditions = worse;
        }

        long carried = paths.Sum(path => path.Carried);
        Lasts(fault.Duration, () =>
        {
            HitIf(paths.Sum(path => path.Carried) > carried, fault);
            foreach (NetworkPath path in paths)
            {
                path.Conditions = _network.Usual;
            }
        });
    }

    private void Disturb(WorldNode node, Fault fault)
    {
        HitIf(node.IsAlive, fault);
        if (fault.Kind == FaultKind.ClockJump)
        {
            // Up to nine hours, in either direction.
            node.Host.Jump(TimeSpan.FromSeconds(fault.Detail - (1 << 15)));
            return;
        }

        node.Host.Rate = 0.9 + (0.2 * fault.Detail / (1 << 16));
        Lasts(fault.Duration, () => node.Host.Rate = 1);
    }

    private void Harm(Fault fault)
    {
        switch (fault.Kind)
        {
            case FaultKind.FullDisk:
                _disk.FullUntil = _queue.Now + fault.Duration;
                Lasts(fault.Duration, static () => { });
                break;
            case FaultKind.SlowDisk:
                _disk.SlowUntil = _queue.Now + fault.Duration;
                _disk.SlowBy = TimeSpan.FromMilliseconds(10 + (fault.Detail % 3000));
                Lasts(fault.Duration, static () => { });
                break;
            case FaultKind.FailingWrite:
                _disk.Next = DiskFault.FailAfter;
                break;
            case FaultKind.CrashInWrite:
                _disk.Next = fault.Detail % 2 == 0 ? DiskFault.CrashBefore : DiskFault.CrashAfter;
                break;
            default:
                DiskImage image = _disk.Copy();
                Lasts(fault.Duration, () => Restore(image, fault));
                break;
        }
    }

    private void Restore(DiskImage image, Fault fault)
    {
        if (!_disk.IsEarlier(image))
        {
            return;
        }

        HitIf(Crash(ProviderNode, TimeSpan.FromSeconds(1), power: true), fault);
        _disk.Restore(image);
        _invariants.OnRestored(_disk.Content, RunId);
    }

    private void Intrude(WorldNode node, Fault fault)
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

    private void Interfere(WorldNode node, Fault fault)
    {
        if (!node.IsAlive)
        {
            return;
        }

        Interference interference = node.Interference!;
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
            case FaultKind.SlowActor:
                interference.Dawdles = fault.Duration;
                Lasts(fault.Duration, static () => { });
                break;
            case FaultKind.FailingActor:
                interference.Fails = 1 + (fault.Detail % MaxRepeats);
                break;
            case FaultKind.HungTraining:
                interference.TrainingHangs = true;
                break;
            case FaultKind.SlowTraining:
                interference.Training = fault.Duration;
                break;
            case FaultKind.DamagedRequest:
                interference.Damages = true;
                break;
            case FaultKind.ConfusedWorker:
                for (int i = 0; i <= fault.Detail % MaxRepeats; i++)
                {
                    interference.Confusions.Enqueue(fault.Detail + i);
                }

                break;
        }
    }
}
