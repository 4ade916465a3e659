using FedActors.Crdt;
using FedActors.Tests.Crdt;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Laws;

/// <summary>The laws of merging maps and counters. Trials draw few keys, ticks, writers and contents, so that equal stamps and ties come up all the time.</summary>
internal static class MergeLaws
{
    private const int MapCases = 16_000;
    private const int CounterCases = 4_000;

    public const string CounterIsSum = "a counter is the sum over all lives, whatever comes how often in which order";

    public static IReadOnlyList<Law> All { get; } =
    [
        OfMaps("merging is commutative", trial =>
        {
            (LwwMap a, LwwMap b) = (trial.Map(trial.Entries(8)), trial.Map(trial.Entries(8)));
            return MapTrial.Same(trial.Merged(a, b), trial.Merged(b, a));
        }),
        OfMaps("merging is associative", trial =>
        {
            (LwwMap a, LwwMap b, LwwMap c) = (trial.Map(trial.Entries(6)), trial.Map(trial.Entries(6)), trial.Map(trial.Entries(6)));
            return MapTrial.Same(trial.Merged(trial.Merged(a, b), c), trial.Merged(a, trial.Merged(b, c)));
        }),
        OfMaps("merging is idempotent", trial =>
        {
            LwwMap map = trial.Map(trial.Entries(10));
            LwwMap copy = trial.Merged(map);
            return copy.Merge(map).Changed == 0 && map.Merge(map).Changed == 0 && MapTrial.Same(copy, map);
        }),
        OfMaps("merging never goes back", trial =>
        {
            LwwMap map = trial.Map(trial.Entries(8));
            Dictionary<string, Stamp> before = map.Entries.ToDictionary(entry => entry.Key, entry => entry.Stamp);
            map.Merge(trial.Map(trial.Entries(8)));
            return before.All(pair => map.Find(pair.Key) is { } now && now.Stamp.CompareTo(pair.Value) >= 0);
        }),
        OfMaps("deltas in any order, with duplicates, come to the same as states", trial =>
        {
            (List<Entry> a, List<Entry> b) = (trial.Entries(8), trial.Entries(8));
            LwwMap states = trial.Merged(trial.Map(a), trial.Map(b));
            LwwMap deltas = trial.Map([]);
            foreach (Entry entry in trial.Shuffled([.. a, .. b, .. a]))
            {
                deltas.Merge(new Delta([entry]));
            }

            return MapTrial.Same(states, deltas);
        }),
        OfMaps("what a digest lacks makes up for all that lacks", trial =>
        {
            (LwwMap a, LwwMap b) = (trial.Map(trial.Entries(8)), trial.Map(trial.Entries(8)));
            LwwMap whole = trial.Merged(a, b);
            Delta delta = a.Since(b.ToDigest());
            return b.Merge(delta).Changed == delta.Entries.Count && MapTrial.Same(b, whole);
        }),
        OfMaps("a root hash is that of the entries alone", trial =>
        {
            LwwMap map = trial.Map(trial.Entries(12));
            LwwMap fresh = trial.Map(trial.Shuffled([.. map.Entries]));
            return map.RootHash == fresh.RootHash && map.BodyBytes == map.Entries.Sum(entry => (long)entry.Header.BodyBytes)
                && map.Tombstones == map.Entries.Count(entry => entry.IsTombstone);
        }),
        new(CounterIsSum, CounterCases, (seed, parts) =>
        {
            SplitMix random = new(seed);
            List<CounterSlot> slots = [.. Enumerable.Range(0, random.Next(12)).Select(_ => Slot(random))];
            PnCounter forward = Of(slots, parts);
            PnCounter backward = Of(slots.AsEnumerable().Reverse().Concat(slots), parts);
            Int128 expected = 0;
            foreach (IGrouping<Member, CounterSlot> group in slots.GroupBy(slot => slot.Member))
            {
                expected += (Int128)group.Max(slot => slot.Increments) - group.Max(slot => slot.Decrements);
            }

            return forward.Value == expected && backward.Value == expected && forward.RootHash == backward.RootHash;
        }),
        new("merging counters is commutative, associative and idempotent", CounterCases, (seed, parts) =>
        {
            SplitMix random = new(seed);
            PnCounter[] three = [.. Enumerable.Range(0, 3).Select(_ => Of(Enumerable.Range(0, random.Next(5)).Select(_ => Slot(random)), parts))];
            PnCounter left = Of([], parts), right = Of([], parts), inner = Of([], parts);
            left.Merge(three[0]);
            left.Merge(three[1]);
            left.Merge(three[2]);
            inner.Merge(three[2]);
            inner.Merge(three[1]);
            right.Merge(inner);
            right.Merge(three[0]);
            return left.RootHash == right.RootHash && left.Value == right.Value && !left.Merge(right);
        }),
    ];

    private static Law OfMaps(string name, Func<MapTrial, bool> holds) => new(name, MapCases, (seed, parts) => holds(new MapTrial(seed, parts.Order)));

    private static CounterSlot Slot(SplitMix random) =>
        new(new Member("ab"[random.Next(2)].ToString(), (ulong)random.Next(2)), (ulong)random.Next(4), random.Next(9) == 0 ? ulong.MaxValue : (ulong)random.Next(4));

    private static PnCounter Of(IEnumerable<CounterSlot> slots, LawParts parts)
    {
        PnCounter counter = new(new Member("m", 1));
        foreach (CounterSlot slot in slots)
        {
            parts.MergeSlot(counter, slot);
        }

        return counter;
    }
}
