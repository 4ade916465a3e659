using FedActors.FL.Numerics;
using FedActors.Simulation.Kernel;
using FedActors.Storage;
using FedActors.Storage.Training;

namespace FedActors.Simulation.Disk;

/// <summary>A machine's disk with one training store on it. It outlives processes; without power it keeps what was flushed.</summary>
/// <remarks>
/// Changes are a log. What the store promises to be durable flushes the log; the rest is flushed with it, or lost, whole changes from
/// the end. Reading is from what the process sees, which is all of the log.
/// </remarks>
public sealed class SimulatedDisk
{
    private readonly List<Action<ITrainingStore>> _log = [];
    private readonly SimulatedHost _host;
    private readonly RandomStream _chance;
    private readonly int _keepRounds;
    private int _flushed;

    /// <summary>An empty disk.</summary>
    /// <param name="host">The machine.</param>
    /// <param name="chance">Decides how much of what was not flushed is lost.</param>
    /// <param name="keepRounds">As <see cref="TrainingStoreOptions.KeepRounds"/>.</param>
    public SimulatedDisk(SimulatedHost host, RandomStream chance, int keepRounds)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(chance);
        _host = host;
        _chance = chance;
        _keepRounds = keepRounds;
        Content = new MemoryTrainingStore(keepRounds);
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

    /// <summary>Told of each round that was written, before anybody else hears of it.</summary>
    public Action<RoundRecord>? Written { get; set; }

    /// <summary>Ends the process that writes.</summary>
    public Action? Crash { get; set; }

    /// <summary>What a process that opens the store now would see.</summary>
    public ITrainingStore Content { get; private set; }

    /// <summary>Opens the store for a process.</summary>
    public ITrainingStore Open(SimulatedProcess process) => new SimulatedTrainingStore(this, process);

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
    public DiskImage Copy() => new([.. _log]);

    /// <summary>Whether all that a copy holds is here too, so that putting it back goes back in time and not to another history.</summary>
    public bool IsEarlier(DiskImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        int count = image.Writes.Count;
        return count == 0 || (count <= _log.Count && _log[count - 1] == image.Writes[count - 1]);
    }

    /// <summary>Puts a copy back.</summary>
    public void Restore(DiskImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        Put(image.Writes);
        _flushed = _log.Count;
    }

    internal void Write(RoundRecord round) => Write($"round {round.Round}", promised: true, store => store.CommitRound(round), round);

    internal void Write(string what, bool promised, Action<ITrainingStore> change, RoundRecord? round = null)
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

        if (round is not null)
        {
            Written?.Invoke(round);
        }

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

    private void Put(IReadOnlyList<Action<ITrainingStore>> writes)
    {
        // Copied first: what is put back may be the log itself.
        Action<ITrainingStore>[] kept = [.. writes];
        _log.Clear();
        Content = new MemoryTrainingStore(_keepRounds);
        foreach (Action<ITrainingStore> write in kept)
        {
            write(Content);
            _log.Add(write);
        }
    }
}
