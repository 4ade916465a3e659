using FedActors.Simulation.Network;
using FedActors.Simulation.Schedules;

namespace FedActors.Simulation.Worlds;

/// <content>Lets go wrong what can go wrong everywhere.</content>
internal abstract partial class SimulatedWorld<TNode>
{
    /// <summary>Lets go wrong what only this mode knows.</summary>
    protected abstract void InjectOwn(Fault fault, TNode node);

    private void Inject(Fault fault)
    {
        Trace.Tell(fault.Host, fault.ToString());
        TNode node = Nodes[fault.Host];
        switch (fault.Kind)
        {
            case FaultKind.Crash or FaultKind.PowerCut:
                HitIf(Crash(node, fault.Duration, fault.Kind == FaultKind.PowerCut), fault);
                break;
            case FaultKind.ConnectionBreak or FaultKind.HalfOpenConnection:
                HitIf(Network.Break(fault.Host, fault.Other, fault.Kind == FaultKind.ConnectionBreak) > 0, fault);
                break;
            case FaultKind.Partition:
                Cut(fault, PathsBetween([fault.Host], Nodes.Keys.Where(name => name != fault.Host)));
                break;
            case FaultKind.OneWayPartition:
                Cut(fault, [Network.PathOf(fault.Host, fault.Other)]);
                break;
            case FaultKind.SplitNetwork:
                Split(fault);
                break;
            case FaultKind.SlowPath or FaultKind.NarrowPath:
                Worsen(fault);
                break;
            case FaultKind.ClockJump or FaultKind.ClockDrift:
                Disturb(node, fault);
                break;
            case FaultKind.HungActor or FaultKind.SlowActor or FaultKind.FailingActor or FaultKind.HungTraining or FaultKind.SlowTraining when !node.IsAlive:
                break;
            case FaultKind.SlowActor:
                node.Interference!.Dawdles = fault.Duration;
                Lasts(fault.Duration, static () => { });
                break;
            case FaultKind.SlowTraining:
                node.Interference!.Training = fault.Duration;
                break;
            default:
                InjectOwn(fault, node);
                break;
        }

        Ends();
    }

    private List<NetworkPath> PathsBetween(IEnumerable<string> these, IEnumerable<string> those)
    {
        string[] others = [.. those];
        List<NetworkPath> paths = [];
        foreach (string one in these)
        {
            foreach (string other in others)
            {
                paths.Add(Network.PathOf(one, other));
                paths.Add(Network.PathOf(other, one));
            }
        }

        return paths;
    }

    private void Cut(Fault fault, List<NetworkPath> paths)
    {
        long held = paths.Sum(path => path.Held);
        paths.ForEach(path => path.Block());
        Lasts(fault.Duration, () =>
        {
            HitIf(paths.Sum(path => path.Held) > held, fault);
            paths.ForEach(path => path.Unblock());
        });
    }

    /// <summary>The network falls in two: which machine is where, the bits of the fault's detail say.</summary>
    private void Split(Fault fault)
    {
        ILookup<bool, string> sides = Nodes.Keys.Select((name, place) => (name, place)).ToLookup(node => (fault.Detail >> node.place & 1) != 0, node => node.name);
        Cut(fault, PathsBetween(sides[true], sides[false]));
    }

    private void Worsen(Fault fault)
    {
        NetworkPath[] paths = [Network.PathOf(fault.Host, fault.Other), Network.PathOf(fault.Other, fault.Host)];
        PathConditions worse = fault.Kind == FaultKind.SlowPath
            ? Network.Usual with { Latency = TimeSpan.FromMilliseconds(50 + (fault.Detail % 1500)) }
            : Network.Usual with { BytesPerSecond = 200 + (fault.Detail % 20_000) };
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
                path.Conditions = Network.Usual;
            }
        });
    }

    private void Disturb(TNode node, Fault fault)
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
}
