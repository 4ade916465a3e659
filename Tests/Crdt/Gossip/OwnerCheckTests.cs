using FedActors.Crdt;
using FedActors.Crdt.Gossip;

namespace FedActors.Tests.Crdt.Gossip;

/// <summary>What is taken from whom where owners prove what they write. Here a body proves its owner by naming it and the version.</summary>
public sealed class OwnerCheckTests
{
    private readonly GossipPair _pair = new(
        new ExchangeOptions { OwnerCheck = (header, body) => body.Bytes.Span.SequenceEqual(Proof(header.Key, header.Stamp.Tick).Bytes.Span) ? null : "it is forged" }, provedB: "b");

    [Fact]
    public void Entry_PassedOnByAnother_IsTakenWithItsProof()
    {
        _pair.AnswerInPlaceOfB([Header("model/c", 1)]);
        Send("model/c", 1);

        _pair.A.State.Map.TryGet("model/c", out _).Should().BeTrue();
        _pair.RefusalsAt("a").Should().BeEmpty();
    }

    [Fact]
    public void Entry_Forged_IsRefusedOnceAndTheOwnersOwnIsTaken()
    {
        Body forged = new(new byte[] { 6, 6, 6 });
        EntryHeader lie = new("model/c", new Stamp(1, 99, IsTombstone: false, "c", forged.Hash), 3);
        for (int i = 0; i < 2; i++)
        {
            _pair.AnswerInPlaceOfB([lie]);
            _pair.GiveFromB(new BodyChunk(forged.Hash, 3, 0, forged.Bytes));
        }

        _pair.At<ReportRefusal>("a").Should().ContainSingle("its body is fetched once").Which.Refusal.Should().Be(ExchangeRefusal.Unproved);
        _pair.AnswerInPlaceOfB([Header("model/c", 5)]);
        Send("model/c", 5);
        _pair.A.State.Map.Find("model/c")!.Stamp.Tick.Should().Be(5);
    }

    [Fact]
    public void Tombstone_OfAnothersKey_IsRefusedAndItsOwnersTaken()
    {
        _pair.AnswerInPlaceOfB([Tombstone("model/c", "c"), Tombstone("model/b", "b")]);

        _pair.RefusalsAt("a").Should().Equal(ExchangeRefusal.NotFromOwner);
        _pair.A.State.Map.Entries.Select(entry => entry.Key).Should().Equal("model/b");
    }

    [Fact]
    public void OwnVersion_WithoutItsProof_IsNotBelieved()
    {
        Body forged = new(new byte[] { 6 });
        _pair.AnswerInPlaceOfB([new EntryHeader("model/a", new Stamp(7, 1, IsTombstone: false, "a", forged.Hash), 1)]);
        _pair.At<ReportOwnVersionSeen>("a").Should().BeEmpty("whoever says so has still to show it");
        _pair.GiveFromB(new BodyChunk(forged.Hash, 1, 0, forged.Bytes));
        _pair.At<ReportOwnVersionSeen>("a").Should().BeEmpty();
        _pair.RefusalsAt("a").Should().Equal(ExchangeRefusal.Unproved);

        _pair.AnswerInPlaceOfB([Header("model/a", 3)]);
        Send("model/a", 3);

        _pair.At<ReportOwnVersionSeen>("a").Should().ContainSingle().Which.Seen.Tick.Should().Be(3);
        _pair.A.State.Map.Count.Should().Be(0, "it goes on above it, and does not take it back");
    }

    [Fact]
    public void Header_MadeUp_DoesNotEndABodyThatComesFromElsewhere()
    {
        _pair.Give("a", new NeighbourConnected(2, new Member("x", 1), "x"));
        _pair.AnswerInPlaceOfB([Header("model/b", 1)]);

        Answer(session: 2, new EntryHeader("model/b", new Stamp(1, 1UL << 50, IsTombstone: false, "b", ContentHash.Of([6])), 100_000_000));
        Send("model/b", 1);

        _pair.A.State.Map.Find("model/b")!.Stamp.Tick.Should().Be(1);
    }

    [Fact]
    public void Header_OfTheOwner_GoesBeforeOneThatAnotherMadeUp()
    {
        _pair.Give("a", new NeighbourConnected(2, new Member("x", 1), "x"));
        Answer(session: 2, new EntryHeader("model/b", new Stamp(1, 1UL << 50, IsTombstone: false, "b", ContentHash.Of([6])), 100_000_000));

        _pair.AnswerInPlaceOfB([Header("model/b", 1)]);
        Send("model/b", 1);

        _pair.A.State.Map.Find("model/b")!.Stamp.Tick.Should().Be(1);
    }

    [Fact]
    public void Counts_OfAnother_AreTaken()
    {
        _pair.AnswerInPlaceOfB([], [new CounterSlot(new Member("c", 1), 3, 0)]);

        _pair.A.State.Counter.Value.Should().Be(3);
    }

    private void Answer(long session, EntryHeader header)
    {
        _pair.Give("a", new ExchangeDue(session, Full: true));
        ulong open = _pair.Sent.OfType<RootOffer>().Last().Exchange;
        _pair.Run();
        _pair.Give("a", new MessageReceived(session, new StateDigest(open, 0, IsComplete: true, default, [header], [], [])));
        _pair.Run();
    }

    private void Send(string key, ulong tick)
    {
        Body body = Proof(key, tick);
        _pair.GiveFromB(new BodyChunk(body.Hash, body.Bytes.Length, 0, body.Bytes));
    }

    private static EntryHeader Header(string key, ulong tick)
    {
        Body body = Proof(key, tick);
        OwnedKey.TryGetOwner(key, out ReadOnlySpan<char> owner);
        return new EntryHeader(key, new Stamp(1, tick, IsTombstone: false, owner.ToString(), body.Hash), body.Bytes.Length);
    }

    private static EntryHeader Tombstone(string key, string owner) => new(key, new Stamp(1, 9, IsTombstone: true, owner, default), 0);

    private static Body Proof(string key, ulong tick) => new(System.Text.Encoding.UTF8.GetBytes($"{key} {tick}"));
}
