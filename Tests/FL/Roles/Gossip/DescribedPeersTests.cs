using FedActors.Crdt;
using FedActors.FL.Roles;

namespace FedActors.Tests.FL.Roles.Gossip;

public sealed class DescribedPeersTests
{
    private readonly DescribedPeers _described = new();

    /// <summary>Every peer describes itself anew in every round: with a roster made for each, a thousand peers would make a million of them.</summary>
    [Fact]
    public void Note_NewDescriptionOfOneWhoIsKnown_ChangesNoRoster()
    {
        _described.Note(Of("info/B", 1, 1)).Should().BeTrue();

        _described.Note(Of("info/B", 1, 2)).Should().BeFalse();
        _described.Note(Of("info/C", 1, 1)).Should().BeTrue();
        _described.Note(Of("info/B", 1, 3)).Should().BeFalse();
    }

    [Fact]
    public void Note_AnotherIncarnationOrADeletion_ChangesTheRoster()
    {
        _described.Note(Of("info/B", 1, 1));

        _described.Note(Of("info/B", 2, 1)).Should().BeTrue();
        _described.Note(Of("info/B", 2, ulong.MaxValue, isTombstone: true)).Should().BeTrue();
        _described.Note(Of("info/B", 3, 1)).Should().BeTrue();
    }

    [Fact]
    public void Note_AnythingElse_ChangesNoRoster() => _described.Note(Of("model/B", 1, 1)).Should().BeFalse();

    private static Entry Of(string key, ulong incarnation, ulong sequence, bool isTombstone = false)
    {
        Body? body = isTombstone ? null : new Body(new byte[] { 1 });
        return new Entry(new EntryHeader(key, new Stamp(incarnation, sequence, isTombstone, "B", body?.Hash ?? default), body?.Bytes.Length ?? 0), body);
    }
}
