namespace FedActors.Crdt;

/// <summary>What changed last, counted, so that who knows of all up to some change can be told of the rest.</summary>
/// <typeparam name="T">What names a change.</typeparam>
internal sealed class RecentChanges<T>
{
    /// <summary>Changes that are remembered. Who lacks more is better served by a comparison of all.</summary>
    public const int Capacity = 64;

    private readonly T[] _last = new T[Capacity];

    /// <summary>Changes so far.</summary>
    public long Count { get; private set; }

    /// <summary>One of the last changes, counted from 0.</summary>
    public T this[long number] => _last[number % Capacity];

    /// <summary>Notes a change.</summary>
    public void Add(T change) => _last[Count++ % Capacity] = change;

    /// <summary>Whether all changes after the first so many are remembered.</summary>
    public bool ReachesBackTo(long count) => Count - count <= Capacity;
}
