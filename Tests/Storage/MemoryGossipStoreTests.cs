using FedActors.Storage;
using FedActors.Storage.Gossip;
using FedActors.Tests.Contracts;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Storage;

public sealed class MemoryGossipStoreTests : GossipStoreContract
{
    private const string Id = "00112233445566778899aabbccddeeff";

    protected override IGossipStore Create(int keepMetrics) => new MemoryGossipStore(Id, keepMetrics);

    [Fact]
    public void Copy_Elsewhere_MustTakeAHigherIncarnationBeforeItPublishes()
    {
        using var store = new MemoryGossipStore(Id);
        store.BeginLife("A", 1, StoredGossip.Start);
        store.BeginIncarnation("A", 1);
        store.Save("A", new StateChange { Parts = [StoredGossip.Part("a", 1)] }, Durability.Promised);

        using MemoryGossipStore backup = store.Copy(isElsewhere: false);
        using MemoryGossipStore clone = store.Copy(isElsewhere: true);
        store.Save("A", new StateChange { Parts = [StoredGossip.Part("a", 2)] }, Durability.Promised);

        StoredGossip.ShouldBe(backup.Load("A"), StoredGossip.Part("a", 1));
        backup.FindPeer("A")!.IsCopy.Should().BeFalse();
        clone.BeginLife("A", 2, StoredGossip.Start).IsCopy.Should().BeTrue();
        clone.Invoking(c => c.AllocateSequence("A")).Should().Throw<StoreException>().WithMessage("*copy*");
        clone.BeginIncarnation("A", 2);
        clone.AllocateSequence("A").Should().Be(1);
        clone.DatabaseId.Should().Be(store.DatabaseId);
    }
}
