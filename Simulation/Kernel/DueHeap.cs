namespace FedActors.Simulation.Kernel;

/// <summary>Items by the time at which they are due; those of one time in the order in which they were added.</summary>
/// <remarks>
/// A heap in which each place has four below it. It moves numbers alone: an item stays in its slot as long as it is here, since each move
/// of a reference within an array costs as much again for the garbage collector.
/// </remarks>
/// <typeparam name="T">What is due.</typeparam>
internal sealed class DueHeap<T>
{
    private const int Children = 4;
    private const int InitialCapacity = 64;

    // Behind the places in use stand the slots that are free.
    private Place[] _places = [];
    private T[] _slots = [];
    private int _count;
    private long _sequence;

    /// <summary>Adds an item.</summary>
    public void Add(long ticks, in T item)
    {
        if (_count == _places.Length)
        {
            Grow();
        }

        int slot = _places[_count].Slot;
        _slots[slot] = item;
        Place place = new(ticks, ++_sequence, slot);
        int at = _count++;
        while (at > 0 && place.IsBefore(_places[(at - 1) / Children]))
        {
            _places[at] = _places[(at - 1) / Children];
            at = (at - 1) / Children;
        }

        _places[at] = place;
    }

    /// <summary>Takes the earliest item out.</summary>
    /// <returns>False if there is none.</returns>
    public bool TryTake(out T item, out long ticks)
    {
        if (_count == 0)
        {
            (item, ticks) = (default!, 0);
            return false;
        }

        Place first = _places[0];
        ticks = first.Ticks;
        item = _slots[first.Slot];
        _slots[first.Slot] = default!;
        Place last = _places[--_count];
        _places[_count] = first;
        if (_count > 0)
        {
            _places[Sink(last)] = last;
        }

        return true;
    }

    /// <summary>Moves those up that come before a place which goes down from the top.</summary>
    /// <returns>Where that place comes to be.</returns>
    private int Sink(Place place)
    {
        int at = 0;
        while (true)
        {
            int next = (at * Children) + 1;
            if (next >= _count)
            {
                return at;
            }

            int end = Math.Min(next + Children, _count);
            for (int other = next + 1; other < end; other++)
            {
                if (_places[other].IsBefore(_places[next]))
                {
                    next = other;
                }
            }

            if (!_places[next].IsBefore(place))
            {
                return at;
            }

            _places[at] = _places[next];
            at = next;
        }
    }

    private void Grow()
    {
        int capacity = Math.Max(InitialCapacity, 2 * _count);
        Array.Resize(ref _slots, capacity);
        Array.Resize(ref _places, capacity);
        for (int slot = _count; slot < capacity; slot++)
        {
            _places[slot] = new Place(0, 0, slot);
        }
    }

    private readonly struct Place(long ticks, long sequence, int slot)
    {
        public long Ticks { get; } = ticks;

        public int Slot { get; } = slot;

        public bool IsBefore(in Place other) => Ticks != other.Ticks ? Ticks < other.Ticks : Sequence < other.Sequence;

        private long Sequence { get; } = sequence;
    }
}
