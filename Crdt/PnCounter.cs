using System.Runtime.InteropServices;

namespace FedActors.Crdt;

/// <summary>A replicated counter: each life of a replica counts in a slot of its own, and slots merge by maximum.</summary>
/// <remarks>
/// Shapiro et al. 2011, PN-Counter. A slot for each incarnation, since a replica that has lost its state would else count anew below what
/// others remember of it, and lose as much. An increment is acknowledged once its slot is durable. Not safe for concurrent use.
/// </remarks>
public sealed class PnCounter
{
    private readonly Dictionary<Member, CounterSlot> _slots = [];
    private readonly Dictionary<Member, ContentHash> _prints = [];
    private MultisetHash _hash;

    /// <summary>Creates a counter at zero.</summary>
    /// <param name="self">The replica that holds it, in this life.</param>
    public PnCounter(Member self)
    {
        CrdtLimits.CheckName(self.Replica);
        Self = self;
    }

    /// <summary>The replica that holds the counter.</summary>
    public Member Self { get; }

    /// <summary>All increments less all decrements that are known here.</summary>
    public Int128 Value { get; private set; }

    /// <summary>All slots, in no order.</summary>
    public IReadOnlyCollection<CounterSlot> Slots => _slots.Values;

    /// <summary>A hash of all slots, kept as they change.</summary>
    public ContentHash RootHash => _hash.Value;

    /// <summary>Whose slots changed last.</summary>
    internal RecentChanges<Member> Changes { get; } = new();

    /// <summary>Counts up.</summary>
    /// <returns>What to tell others.</returns>
    /// <exception cref="OverflowException">The slot's sum does not fit 64 bits; the counter is unchanged.</exception>
    public CounterSlot Increment(ulong amount = 1)
    {
        CounterSlot mine = Own();
        return Set(mine with { Increments = checked(mine.Increments + amount) });
    }

    /// <summary>Counts down.</summary>
    /// <inheritdoc cref="Increment"/>
    public CounterSlot Decrement(ulong amount = 1)
    {
        CounterSlot mine = Own();
        return Set(mine with { Decrements = checked(mine.Decrements + amount) });
    }

    /// <summary>The slot of one life of a replica; null if it is unknown.</summary>
    public CounterSlot? Find(Member member) => _slots.GetValueOrDefault(member);

    /// <summary>Merges a slot.</summary>
    /// <returns>Whether anything changed.</returns>
    public bool Merge(CounterSlot slot)
    {
        ArgumentNullException.ThrowIfNull(slot);
        CrdtLimits.CheckName(slot.Member.Replica);
        if (Find(slot.Member) is not { } mine)
        {
            Set(slot);
            return true;
        }

        bool changed = slot.Increments > mine.Increments || slot.Decrements > mine.Decrements;
        if (changed)
        {
            Set(mine with { Increments = Math.Max(mine.Increments, slot.Increments), Decrements = Math.Max(mine.Decrements, slot.Decrements) });
        }

        return changed;
    }

    /// <summary>Merges another replica's whole counter, which stays as it is.</summary>
    /// <returns>Whether anything changed.</returns>
    public bool Merge(PnCounter other)
    {
        ArgumentNullException.ThrowIfNull(other);
        bool changed = false;
        foreach (CounterSlot slot in other != this ? other.Slots : [])
        {
            changed |= Merge(slot);
        }

        return changed;
    }

    private CounterSlot Own() => Find(Self) ?? new CounterSlot(Self, 0, 0);

    private CounterSlot Set(CounterSlot slot)
    {
        ref CounterSlot? place = ref CollectionsMarshal.GetValueRefOrAddDefault(_slots, slot.Member, out _);
        ref ContentHash print = ref CollectionsMarshal.GetValueRefOrAddDefault(_prints, slot.Member, out _);
        if (place is { } before)
        {
            _hash.Remove(print);
            Value -= (Int128)before.Increments - before.Decrements;
        }

        place = slot;
        Changes.Add(slot.Member);
        print = Print(slot);
        _hash.Add(print);
        Value += (Int128)slot.Increments - slot.Decrements;
        return slot;
    }

    private static ContentHash Print(CounterSlot slot)
    {
        Fingerprint print = new(stackalloc byte[Fingerprint.BufferBytes], kind: 2);
        print.Add(slot.Member.Replica);
        print.Add(slot.Member.Incarnation);
        print.Add(slot.Increments);
        print.Add(slot.Decrements);
        return print.ToHash();
    }
}
