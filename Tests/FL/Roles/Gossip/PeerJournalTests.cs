using FedActors.Crdt;
using FedActors.FL.Data;
using FedActors.FL.Roles;
using FedActors.Storage.Gossip;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Roles.Gossip;

public sealed class PeerJournalTests
{
    private readonly MemoryGossipStore _store = new("0");
    private readonly PeerJournal _journal;

    public PeerJournalTests()
    {
        DataSet data = new TinyData().LoadSite("A");
        _journal = new PeerJournal(
            new PeerSetup { PeerId = "A", Site = "A", Specification = TinyData.Model, Data = data, Moments = FeatureMoments.Of(data), Store = _store, LargeBodyBytes = 10 }, life: 1, StoredGossip.Start);
        _journal.BeginIncarnation(0);
    }

    [Fact]
    public void Prepare_InAnEarlierIncarnation_TakesNoNumberOfThePresentOne()
    {
        _journal.Prepare(1, "model/A", OfLength(20))!.Value.Sequence.Should().Be(1);
        _journal.BeginIncarnation(7);

        _journal.Prepare(1, "model/A", OfLength(21)).Should().BeNull();

        _journal.Publish("info/A", OfLength(3));
        _journal.State.Map.Find("info/A")!.Stamp.Should().Match<Stamp>(stamp => stamp.Incarnation == 8 && stamp.Tick == 1);
        Stored("model/A").Should().Be(20, "what was prepared too late is not stored either");
    }

    [Fact]
    public void LargeEntry_ReplacedWhileItIsSaved_IsSavedAgain()
    {
        Adopt(sequence: 1, length: 20);
        LargeSave first = _journal.BeginLargeSave()!;
        Adopt(sequence: 2, length: 5);
        _journal.Flush();
        _journal.BeginLargeSave().Should().BeNull("one is on its way");

        _journal.Save(first);
        Stored("model/B").Should().Be(20, "it came after the newer one");
        _journal.EndLargeSave();
        _journal.Flush();

        Stored("model/B").Should().Be(5);
        _journal.IsSaving.Should().BeFalse();
    }

    [Fact]
    public void LargeEntry_OfOneWhoIsRemovedMeanwhile_IsNotSavedAfterItsTombstone()
    {
        Adopt(sequence: 1, length: 20);
        LargeSave save = _journal.BeginLargeSave()!;
        _journal.Remove([new Member("B", 1)]);

        _journal.Save(save);

        _store.FindPart("A", "entry:model/B")!.Body.Should().BeNull("the tombstone was promised");
        _journal.EndLargeSave();
        _journal.Flush();
        _store.FindPart("A", "entry:model/B")!.Body.Should().BeNull();
    }

    /// <summary>The peer's next instance had promised the removal, so that all others forgot it, and what the one before had under way brought the entry back.</summary>
    [Fact]
    public void Retired_WithALargeSaveAndATrainingUnderWay_StoresNothingMore()
    {
        Adopt(sequence: 1, length: 20);
        LargeSave save = _journal.BeginLargeSave()!;

        _journal.Retire();
        _journal.Save(save);

        Stored("model/B").Should().BeNull();
        _journal.Prepare(1, "model/A", OfLength(20)).Should().BeNull("the next instance trains as well");
        Stored("model/A").Should().BeNull();
        _store.AllocateSequence("A").Should().Be(1, "no number was taken");
    }

    [Fact]
    public void LargeEntry_SavedAcrossAnIncarnation_IsNotSavedTwice()
    {
        Adopt(sequence: 1, length: 20);
        LargeSave save = _journal.BeginLargeSave()!;
        _journal.BeginIncarnation(7);
        _journal.State.Map.Find("model/B").Should().NotBeNull("a new incarnation holds what the last one held");

        _journal.Save(save);
        _journal.EndLargeSave();

        Stored("model/B").Should().Be(20);
        _journal.BeginLargeSave().Should().BeNull();
    }

    [Fact]
    public void FlushAll_LargeAndSmall_SavesBoth()
    {
        Adopt(sequence: 1, length: 20);
        _journal.Flush();
        _store.Load("A").Should().NotContain(part => part.Key == "entry:model/B", "it is large, and saved apart");

        _journal.FlushAll();

        Stored("model/B").Should().Be(20);
    }

    private void Adopt(ulong sequence, int length)
    {
        Body body = OfLength(length);
        Stamp stamp = new(1, sequence, IsTombstone: false, "B", body.Hash);
        _journal.State.Map.TryAdopt(new Entry(new EntryHeader("model/B", stamp, length), body), out _).Should().BeTrue();
        _journal.Adopted("model/B");
    }

    private int? Stored(string key) => _store.FindPart("A", $"entry:{key}")?.Body?.Length;

    private static Body OfLength(int length) => new(Enumerable.Repeat((byte)length, length).ToArray());
}
