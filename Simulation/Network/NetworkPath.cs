using FedActors.FL.Numerics;
using FedActors.Simulation.Kernel;

namespace FedActors.Simulation.Network;

/// <summary>The way from one machine to another. Its conditions may change, and it may be blocked in this direction alone.</summary>
public sealed class NetworkPath
{
    private static readonly SendOrPostCallback OnArrival = static parcel => ((Parcel)parcel!).Path!.Deliver((Parcel)parcel);

    private readonly EventQueue _queue;
    private readonly Trace? _trace;
    private readonly RandomStream _chance;
    private readonly Queue<Parcel> _held = new();
    private readonly ulong _id;
    private readonly Lock? _sync;
    private long _busyUntil;
    private int _blocks;

    internal NetworkPath(EventQueue queue, Trace? trace, ulong seed, string from, string to, ulong id, PathConditions conditions)
    {
        _queue = queue;
        _sync = queue.NewLock();
        _trace = trace;
        _chance = RandomStream.For(seed, "network", $"{from} {to}");
        _id = id;
        Conditions = conditions;
    }

    /// <summary>How bytes get there from now on.</summary>
    public PathConditions Conditions { get; set; }

    /// <summary>Whether nothing gets there.</summary>
    public bool IsBlocked => _blocks > 0;

    /// <summary>Parcels that a block has held up so far.</summary>
    public long Held { get; private set; }

    /// <summary>Parcels that went on their way so far.</summary>
    public long Carried { get; private set; }

    /// <summary>Lets nothing through. What is sent waits, as what is sent again and again does, for the block's end or its connection's.</summary>
    public void Block() => _blocks++;

    /// <summary>Takes one block away; with the last, what has waited goes on its way.</summary>
    public void Unblock()
    {
        if (--_blocks > 0)
        {
            return;
        }

        using (_sync.EnterIfAny())
        {
            while (_held.TryDequeue(out Parcel? parcel))
            {
                Dispatch(parcel, _queue.NowTicks);
            }
        }
    }

    internal void Carry(Parcel parcel, long departure)
    {
        using (_sync.EnterIfAny())
        {
            if (IsBlocked)
            {
                Held++;
                _held.Enqueue(parcel);
            }
            else
            {
                Dispatch(parcel, departure);
            }
        }
    }

    private void Dispatch(Parcel parcel, long departure)
    {
        Carried++;
        long start = Math.Max(Math.Max(departure, _queue.NowTicks), _busyUntil);
        _busyUntil = start + (parcel.Bytes * TimeSpan.TicksPerSecond / Conditions.BytesPerSecond);
        long arrival = Math.Max(parcel.Flow.LastArrival, _busyUntil + Latency());
        parcel.Flow.LastArrival = arrival;
        parcel.Path = this;
        _queue.ScheduleAt(null, arrival, OnArrival, parcel);
    }

    private void Deliver(Parcel parcel)
    {
        _trace?.Mix((ulong)_queue.NowTicks);
        _trace?.Mix(_id);
        _trace?.Mix(parcel.Content.Span);
        parcel.Arrive();
    }

    private long Latency()
    {
        PathConditions now = Conditions;
        double latency = now.Latency.Ticks + (now.Jitter.Ticks * _chance.NextDouble());
        return (long)(now.TailShare > 0 && _chance.NextDouble() < now.TailShare ? latency * now.TailFactor : latency);
    }
}
