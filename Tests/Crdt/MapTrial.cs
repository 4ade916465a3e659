using FedActors.Crdt;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Crdt;

/// <summary>Random entries with few keys, ticks, writers and contents, so that equal stamps, ties and equivocation come up all the time.</summary>
internal sealed class MapTrial(ulong seed, Comparison<Stamp>? order = null)
{
    private static readonly Body[] Bodies = [new(new byte[] { 1 }), new(new byte[] { 2 }), new(new byte[] { 3, 4 })];
    private static readonly string[] Replicas = ["a", "b", "c"];
    private readonly SplitMix _random = new(seed);

    public List<Entry> Entries(int max)
    {
        var entries = new List<Entry>();
        for (int left = _random.Next(max + 1); left > 0; left--)
        {
            entries.Add(Entry());
        }

        return entries;
    }

    public Entry Entry()
    {
        Body? body = _random.Next(3) == 0 ? null : Bodies[_random.Next(Bodies.Length)];
        string replica = Replicas[_random.Next(Replicas.Length)];
        bool owned = _random.Next(3) == 0;
        string key = owned ? OwnedKey.Model(replica) : "k" + _random.Next(2);
        ulong incarnation = owned ? 1 + (ulong)_random.Next(2) : 0;
        Stamp stamp = new(incarnation, 1 + (ulong)_random.Next(3), body is null, replica, body?.Hash ?? default);
        return new Entry(new EntryHeader(key, stamp, body?.Bytes.Length ?? 0), body);
    }

    public LwwMap Map(IEnumerable<Entry> entries)
    {
        LwwMap map = new(new Member("m", 1), capacity: 0, order, forgetsAtOnce: false);
        map.Merge(new Delta([.. entries]));
        return map;
    }

    public LwwMap Merged(params LwwMap[] maps)
    {
        LwwMap result = Map([]);
        foreach (LwwMap map in maps)
        {
            result.Merge(map);
        }

        return result;
    }

    public List<Entry> Shuffled(IReadOnlyList<Entry> entries)
    {
        List<Entry> shuffled = [.. entries];
        for (int i = shuffled.Count - 1; i > 0; i--)
        {
            int j = _random.Next(i + 1);
            (shuffled[i], shuffled[j]) = (shuffled[j], shuffled[i]);
        }

        return shuffled;
    }

    /// <summary>Whether both hold the same entries; the root hashes must say so too.</summary>
    public static bool Same(LwwMap a, LwwMap b)
    {
        bool same = a.Count == b.Count && a.Entries.All(entry => b.Find(entry.Key)?.Stamp == entry.Stamp);
        return same == (a.RootHash == b.RootHash) && same;
    }
}
