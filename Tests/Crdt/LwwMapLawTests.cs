using FedActors.Crdt;
using FsCheck;
using FsCheck.Fluent;

namespace FedActors.Tests.Crdt;

/// <summary>The laws of merging, 100,000 cases in all.</summary>
public sealed class LwwMapLawTests
{
    private const int Cases = 16_000;

    [Fact]
    public void Merge_TwoMaps_IsCommutative() => Check(IsCommutative);

    [Fact]
    public void Merge_ThreeMaps_IsAssociative() => Check(trial =>
    {
        (LwwMap a, LwwMap b, LwwMap c) = (trial.Map(trial.Entries(6)), trial.Map(trial.Entries(6)), trial.Map(trial.Entries(6)));
        return MapTrial.Same(trial.Merged(trial.Merged(a, b), c), trial.Merged(a, trial.Merged(b, c)));
    });

    [Fact]
    public void Merge_Itself_ChangesNothing() => Check(trial =>
    {
        LwwMap map = trial.Map(trial.Entries(10));
        LwwMap copy = trial.Merged(map);
        return copy.Merge(map).Changed == 0 && map.Merge(map).Changed == 0 && MapTrial.Same(copy, map);
    });

    [Fact]
    public void Merge_Anything_NeverGoesBack() => Check(trial =>
    {
        LwwMap map = trial.Map(trial.Entries(8));
        Dictionary<string, Stamp> before = map.Entries.ToDictionary(entry => entry.Key, entry => entry.Stamp);
        map.Merge(trial.Map(trial.Entries(8)));
        return before.All(pair => map.Find(pair.Key) is { } now && now.Stamp.CompareTo(pair.Value) >= 0);
    });

    [Fact]
    public void Merge_DeltasInAnyOrderWithDuplicates_EqualsMergeOfStates() => Check(DeltasEqualStates);

    [Fact]
    public void Since_AnotherMapsDigest_IsWhatItLacks() => Check(trial =>
    {
        (LwwMap a, LwwMap b) = (trial.Map(trial.Entries(8)), trial.Map(trial.Entries(8)));
        LwwMap whole = trial.Merged(a, b);
        Delta delta = a.Since(b.ToDigest());
        return b.Merge(delta).Changed == delta.Entries.Count && MapTrial.Same(b, whole);
    });

    [Fact]
    public void RootHash_AfterAnyHistory_IsThatOfTheEntriesAlone() => Check(trial =>
    {
        LwwMap map = trial.Map(trial.Entries(12));
        LwwMap fresh = trial.Map(trial.Shuffled([.. map.Entries]));
        return map.RootHash == fresh.RootHash && map.BodyBytes == map.Entries.Sum(entry => (long)entry.Header.BodyBytes)
            && map.Tombstones == map.Entries.Count(entry => entry.IsTombstone);
    });

    [Theory]
    [InlineData("tick only")]
    [InlineData("without tombstone, replica or content")]
    [InlineData("without content")]
    public void Laws_WithoutTheTieBreak_Fail(string broken)
    {
        Comparison<Stamp> order = broken switch
        {
            "tick only" => (a, b) => a.Tick.CompareTo(b.Tick),
            "without content" => (a, b) => (a with { Content = default }).CompareTo(b with { Content = default }),
            _ => (a, b) => (a.Incarnation, a.Tick).CompareTo((b.Incarnation, b.Tick)),
        };

        Action laws = () =>
        {
            Check(IsCommutative, order);
            Check(DeltasEqualStates, order);
        };

        laws.Should().Throw<Exception>();
    }

    private static bool IsCommutative(MapTrial trial)
    {
        (LwwMap a, LwwMap b) = (trial.Map(trial.Entries(8)), trial.Map(trial.Entries(8)));
        return MapTrial.Same(trial.Merged(a, b), trial.Merged(b, a));
    }

    private static bool DeltasEqualStates(MapTrial trial)
    {
        (List<Entry> a, List<Entry> b) = (trial.Entries(8), trial.Entries(8));
        LwwMap states = trial.Merged(trial.Map(a), trial.Map(b));
        LwwMap deltas = trial.Map([]);
        foreach (Entry entry in trial.Shuffled([.. a, .. b, .. a]))
        {
            deltas.Merge(new Delta([entry]));
        }

        return MapTrial.Same(states, deltas);
    }

    private static void Check(Func<MapTrial, bool> law, Comparison<Stamp>? order = null) =>
        Prop.ForAll(ArbMap.Default.ArbFor<ulong>(), seed => law(new MapTrial(seed, order)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(Cases));
}
