using FedActors.FL.Numerics;
using FedActors.Simulation.Kernel;
using FedActors.Storage;

namespace FedActors.Simulation.Disk;

/// <summary>A machine's disk with one store on it. It outlives processes; without power it keeps what was flushed.</summary>
/// <remarks>
/// Changes are a log. What the store promises to be durable flushes the log; the rest is flushed with it, or lost, whole changes from
/// the end. Reading is from what the process sees, which is all of the log.
/// </remarks>
/// <typeparam name="TStore">The store's interface.</typeparam>
public sealed class SimulatedDisk<TStore>
{
    private readonly List<Action<TStore>> _log = [];
    private readonly SimulatedHost _host;
    private readonly RandomStream _chance;
    private readonly Func<TStore> _create;
    private int _flushed;

    /// <summary>An empty disk.</summary>
    /// <param name="host">The machine.</param>
    /// <param name="chance">Decides how much of what was not flushed is lost.</param>
    /// <param name="create">Makes an empty store in memory.</param>
    public SimulatedDisk(SimulatedHost host, RandomStream chance, Func<TStore> create)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(chance);
        ArgumentNullException.ThrowIfNull(create);
        _host = host;
        _chance = chance;
        _create = create;
        Content = create();
    }

    /// <summary>Whether the disk keeps the store's promises. A disk that does not is for finding out who notices.</summary>
    public bool Flushes { get; init; } = true;

    /// <summary>Until when there is no room.</summary>
    public TimeSpan FullUntil { get; set; }

    /// <summary>Until when writing is slow.</summary>
    public TimeSpan SlowUntil { get; set; }

    /// <summary>How long a write takes while it is slow.</summary>
    public TimeSpan SlowBy { get; set; }

    /// <summary>What goes wrong at the next write, or null.</summary>
    public DiskFault? Next { get; set; }

    /// <summary>Told of each fault that a write met, with the write.</summary>
    public Action<string, string>? Met { get; set; }

    /// <summary>Ends the process that writes.</summary>
    public Action? Crash { get; set; }

    /// <summary>What a process that opens the store now would see.</summary>
    public TStore Content { get; private set; }

    /// <summary>The power fails: what was not flushed may be lost.</summary>
    /// <returns>How many changes were.</returns>
    public int LosePower()
    {
        int kept = _flushed + _chance.NextInt(_log.Count - _flushed + 1);
        int lost = _log.Count - kept;
        if (lost > 0)
        {
            Put([.. _log.Take(kept)]);
        }

        _flushed = _log.Count;
        return lost;
    }

    /// <summary>Copies what is on the disk.</summary>
    public DiskImage<TStore> Copy() => new([.. _log]);

    /// <summary>Whether all that a copy holds is here too, so that putting it back goes back in time and not to another history.</summary>
    public bool IsEarlier(DiskImage<TStore> image)
    {
        ArgumentNullException.ThrowIfNull(image);
        int count = image.Writes.Count;
        return count == 0 || (count <= _log.Count && _log[count - 1] == image.Writes[count - 1]);
    }

    /// <summary>Puts a copy back.</summary>
    public void Restore(DiskImage<TStore> image)
    {
        ArgumentNullException.ThrowIfNull(image);
        Put(image.Writes);
        _flushed = _log.Count;
    }

    /// <summary>Changes the store.</summary>
    /// <param name="what">What is written, for people.</param>
    /// <param name="promised">Whether the store promises that it survives a power cut.</param>
    /// <param name="change">The change; done again whenever the store is made from the log.</param>
    /// <param name="written">Told when it is on the disk, before the process hears of that.</param>
    internal void Write(string what, bool promised, Action<TStore> change, Action? written = null)
    {
        TimeSpan now = _host.Queue.Now;
        if (now < SlowUntil)
        {
            Met?.Invoke("slow disk", what);
            _host.Stall(SlowBy);
        }

        if (now < FullUntil)
        {
            Met?.Invoke("full disk", what);
            throw new StoreException(StoreFault.Disk, $"The disk of {_host.Name} is full: make room.");
        }

        if (Take(DiskFault.CrashBefore, what))
        {
            End($"before {what} was written");
        }

        change(Content);
        _log.Add(change);
        if (promised && Flushes)
        {
            _flushed = _log.Count;
        }

        written?.Invoke();
        if (Take(DiskFault.CrashAfter, what))
        {
            End($"after {what} was written");
        }

        if (Take(DiskFault.FailAfter, what))
        {
            throw new StoreException(StoreFault.Disk, $"The disk of {_host.Name} reports a failure.");
        }
    }

    private bool Take(DiskFault fault, string what)
    {
        if (Next != fault)
        {
            return false;
        }

        Next = null;
        Met?.Invoke(fault == DiskFault.FailAfter ? "failing write" : "crash in a write", what);
        return true;
    }

    private void End(string where)
    {
        Crash?.Invoke();
        throw new ProcessEndedException($"{_host.Name} died {where}.");
    }

    private void Put(IReadOnlyList<Action<TStore>> writes)
    {
        // Copied first: what is put back may be the log itself.
        Action<TStore>[] kept = [.. writes];
        _log.Clear();
        Content = _create();
        foreach (Action<TStore> write in kept)
        {
            write(Content);
            _log.Add(write);
        }
    }
}
