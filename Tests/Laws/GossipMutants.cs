using FedActors.Crdt;
using FedActors.Crdt.Gossip;
using FedActors.FL.Gossip;

namespace FedActors.Tests.Laws;

/// <summary>Replicas and peers with one rule replaced each.</summary>
internal static class GossipMutants
{
    /// <summary>Each with the laws of which one at least has to notice.</summary>
    public static IReadOnlyList<(string Name, LawParts Parts, IReadOnlyList<Law> Laws)> All { get; } =
    [
        ("ties are not broken at all", new() { Order = (a, b) => a.Tick.CompareTo(b.Tick) }, MergeLaws.All),
        ("ties are not broken by tombstone, replica or content", new() { Order = (a, b) => (a.Incarnation, a.Tick).CompareTo((b.Incarnation, b.Tick)) }, MergeLaws.All),
        ("ties are not broken by content", new() { Order = (a, b) => (a with { Content = default }).CompareTo(b with { Content = default }) }, MergeLaws.All),
        ("a counter's slots are added up", new() { MergeSlot = (counter, slot) => counter.Merge(slot with { Increments = (counter.Find(slot.Member)?.Increments ?? 0) + slot.Increments }) }, Only(MergeLaws.All, MergeLaws.CounterIsSum)),
        ("a counter's lives are one", new() { MergeSlot = (counter, slot) => counter.Merge(slot with { Member = slot.Member with { Incarnation = 1 } }) }, Only(MergeLaws.All, MergeLaws.CounterIsSum)),
        ("replicas that disagree about ties exchange", new() { Order = (a, b) => (a.Incarnation, a.Tick).CompareTo((b.Incarnation, b.Tick)) }, ExchangeLaws.All),
        ("tombstones are forgotten before all have acknowledged them", new() { ForgetsAtOnce = true }, Only(ExchangeLaws.All, ExchangeLaws.DeletedStays)),
        ("news are believed however old they are", new() { BelievesOldNews = true }, Only(ExchangeLaws.All, ExchangeLaws.DeletedStays)),
        ("digests tell of no acknowledgement", new() { Wire = message => message is StateDigest digest ? digest with { Receipts = [] } : message }, ExchangeLaws.All),
        ("digests tell of no count", new() { Wire = message => message is StateDigest digest ? digest with { Slots = [] } : message }, ExchangeLaws.All),
        ("a peer trains on after the last round", new() { ExtraRounds = 1 }, LearningLaws.All),
        ("models never grow too old", new() { Options = options => options with { AgeLimit = 1_000_000 } }, LearningLaws.All),
        ("a peer waits for nobody", new() { Learning = OnInput(input => input switch
        {
            PresenceChanged changed => changed with { IsHere = false },
            StandardTaken taken => taken with { Peers = [] },
            _ => input,
        }) }, LearningLaws.All),
        ("a peer hears of no progress", new() { Learning = OnInput(input => input is ProgressHeard heard ? heard with { Progress = heard.Progress with { IsDone = false } } : input) }, LearningLaws.All),
        ("a peer believes others further than their models", new() { Learning = OnInput(input => input is ProgressHeard heard ? heard with { Progress = heard.Progress with { Round = heard.Progress.Round + 1 } } : input) }, LearningLaws.All),
        ("a mean holds the newest models, not those of its round", new() { Learning = NewestModels }, LearningLaws.All),
        ("a mean's models stand in the order of their arrival", new() { Learning = OrderOfArrival }, LearningLaws.All),
        ("a peer leaves its own model out", new() { Learning = machine =>
        {
            string? self = null;
            return (input, now) =>
            {
                self = input is ModelTrained trained ? trained.Entry.Peer : self;
                return OnMeans(machine.Handle(input, now), entries => entries.Where(entry => entry.Peer != self));
            };
        } }, LearningLaws.All),
        ("the last round is not closed", new() { Learning = machine => (input, now) => Dropping(machine.Handle(input, now), effect => effect is RoundClosed { Round: 8 }) }, Only(LearningLaws.All, LearningLaws.SameModels)),
        ("a peer trains on before it has its mean", new() { Learning = machine => (input, now) =>
        {
            IReadOnlyList<LearningEffect> effects = machine.Handle(input, now);
            return effects.OfType<ComputeMean>().Any() && machine.Phase == LearningPhase.Aggregating ? [.. effects, new Train(machine.Round + 1)] : effects;
        } }, LearningLaws.All),
    ];

    private static IReadOnlyList<Law> Only(IReadOnlyList<Law> laws, string name) => [laws.Single(law => law.Name == name)];

    private static Func<LearningMachine, LearningStep> OnInput(Func<LearningInput, LearningInput> change) =>
        machine => (input, now) => machine.Handle(change(input), now);

    private static LearningStep NewestModels(LearningMachine machine)
    {
        var newest = new SortedDictionary<string, ModelEntry>(StringComparer.Ordinal);
        return (input, now) =>
        {
            if ((input as ModelHeard)?.Entry is { } heard)
            {
                newest[heard.Peer] = heard;
            }

            return OnMeans(machine.Handle(input, now), entries => entries.Select(entry => newest.GetValueOrDefault(entry.Peer) ?? entry));
        };
    }

    private static LearningStep OrderOfArrival(LearningMachine machine)
    {
        var arrived = new List<string>();
        return (input, now) =>
        {
            string? peer = (input as ModelHeard)?.Entry.Peer ?? (input as ModelTrained)?.Entry.Peer;
            if (peer is not null && !arrived.Contains(peer))
            {
                arrived.Add(peer);
            }

            return OnMeans(machine.Handle(input, now), entries => entries.OrderBy(entry => arrived.IndexOf(entry.Peer)));
        };
    }

    private static IReadOnlyList<LearningEffect> OnMeans(IReadOnlyList<LearningEffect> effects, Func<IReadOnlyList<ModelEntry>, IEnumerable<ModelEntry>> change) =>
        [.. effects.Select(effect => effect is ComputeMean compute ? compute with { Entries = [.. change(compute.Entries)] } : effect)];

    private static IReadOnlyList<LearningEffect> Dropping(IReadOnlyList<LearningEffect> effects, Func<LearningEffect, bool> isDropped) =>
        [.. effects.Where(effect => !isDropped(effect))];
}
