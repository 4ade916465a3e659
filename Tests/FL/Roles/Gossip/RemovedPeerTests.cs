using FedActors.Actors;
using FedActors.Crdt;
using FedActors.Crdt.Gossip;
using FedActors.FL.Configuration;
using FedActors.FL.Gossip;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.Storage.Gossip;

namespace FedActors.Tests.FL.Roles.Gossip;

/// <summary>Peers that are gone for good, and what they had published.</summary>
public sealed class RemovedPeerTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static PeerOptions Rules => new() { Training = new TrainingOptions { Rounds = 5, LocalEpochs = 1 } };

    [Fact]
    public void Removed_DeadPeer_LeavesMeansAndStoresAndItsTombstonesToo()
    {
        using PeerWorld world = Agreed(4);
        string before = world.StatusOf("A").ParameterHash!;
        Stop(world, "D");

        world.Tell("A", new RemovePeer("D"));
        world.PassUntil(() => AgreeOn(world, 3, "A", "B", "C"), Minute, "all average the models of three");

        world.StatusOf("A").ParameterHash.Should().NotBe(before);
        world.Peers.Take(3).Select(peer => world.StoreOf(peer).ListMetrics(peer)[^1]).Should().OnlyContain(
            last => last.Round == 5 && last.Models == 3 && last.ParameterHash == world.StatusOf("A").ParameterHash, "the stores told of the mean with D for ever");
        world.PassUntil(() => Forgotten(world, "D", "A", "B", "C"), Minute, "all have acknowledged, and nobody needs the tombstones any more");
        world.StatusOf("B").Peers.Select(view => view.Peer).Should().Equal("A", "B", "C");

        // What is deleted is deleted in the store, too.
        world.Kill("B");
        world.Start("B", ["A"]);
        world.PassUntil(() => AgreeOn(world, 3, "A", "B", "C"), Minute, "B comes back");
        world.PassUntil(() => Forgotten(world, "D", "A", "B", "C"), Minute, "nothing of D comes with it");
        world.Peers.Take(3).Should().OnlyContain(peer => world.StatusOf(peer).Refusals == 0 && world.StatusOf(peer).Equivocations == 0 && world.StatusOf(peer).Incarnation == 1);
    }

    /// <summary>The rule of acknowledged tombstones, beside those who have not heard and across a partition. What comes of forgetting too soon, a campaign shows.</summary>
    [Fact]
    public void Removed_WhileTheNetworkIsCut_IsBroughtAgainByNobody()
    {
        // Who speaks first when the cut has healed decides whether an old value is shown before its deletion: several moments, so that both happen.
        for (int i = 0; i < 8; i++)
        {
            RemoveDuringCut(TimeSpan.FromMilliseconds(5_000 + (130 * i)));
        }
    }

    private static void RemoveDuringCut(TimeSpan cut)
    {
        using PeerWorld world = new(5, Rules);
        foreach (string peer in world.Peers)
        {
            world.Start(peer, peer == "A" ? [] : ["A"]);
        }

        world.PassUntil(() => world.Agree(), Minute, "all five agree");
        Stop(world, "E");
        world.Cut(["A", "B"], ["C", "D"]);
        world.Tell("A", new RemovePeer("E"));
        world.Pass(TimeSpan.FromMilliseconds(1));
        HasModelOf(world, "E", "A").Should().BeFalse();

        ComesBack(world, cut).Should().BeFalse();
        world.StatusOf("C").Models.Should().Be(5, "the far side has not heard of it");
        world.Heal(["A", "B"], ["C", "D"]);
        ComesBack(world, TimeSpan.FromSeconds(20)).Should().BeFalse();
        AgreeOn(world, 4, "A", "B", "C", "D").Should().BeTrue();
        Forgotten(world, "E", "A", "B", "C", "D").Should().BeTrue("the far side has acknowledged by now");
        world.StatusOf("A").Refused.Should().NotContain(refused => refused.Reason == nameof(ExchangeRefusal.Removed));
    }

    [Fact]
    public void Removed_WhileItWasAway_TakesPartAgainUnderItsNextIncarnation()
    {
        using PeerWorld world = Agreed(3);
        string before = world.StatusOf("A").ParameterHash!;
        Stop(world, "C");
        world.Tell("A", new RemovePeer("C"));
        world.PassUntil(() => Forgotten(world, "C", "A", "B"), Minute, "C is forgotten");

        world.Start("C", ["B"]);
        world.PassUntil(() => AgreeOn(world, 3, "A", "B", "C"), Minute, "it takes part again");

        world.StatusOf("C").Incarnation.Should().Be(2);
        world.StatusOf("A").ParameterHash.Should().Be(before, "it comes with the model that it had");
        world.StatusOf("A").Peers.Select(view => view.Peer).Should().Equal("A", "B", "C");
    }

    [Fact]
    public void Removed_ThatComesBackAndDiesBeforeItHasBegun_BringsNothingBack()
    {
        using PeerWorld world = Agreed(4);
        Stop(world, "D");
        world.Tell("A", new RemovePeer("D"));
        world.PassUntil(() => Forgotten(world, "D", "A", "B", "C"), Minute, "D is forgotten");
        world.Cut(["C"], ["D"]);

        // It cannot reach one of those whom it is to ask, and waits for its word.
        world.Start("D", ["B", "C"]);
        for (int step = 0; step < 50; step++)
        {
            world.Pass(TimeSpan.FromMilliseconds(50));
            HasModelOf(world, "D", "B").Should().BeFalse("it may not show what was deleted");
        }

        world.StatusOf("D").Incarnation.Should().Be(1, "it has not begun");
        world.Kill("D");
        world.Pass(TimeSpan.FromSeconds(20));
        AgreeOn(world, 3, "A", "B", "C").Should().BeTrue();
        Forgotten(world, "D", "A", "B", "C").Should().BeTrue();
    }

    [Fact]
    public void Restored_BackupFromBeforeARemoval_BringsNothingBack()
    {
        using PeerWorld world = Agreed(4);
        MemoryGossipStore backup = PeerRecoveryTests.CopyOf(world.StoreOf("B"), "B");
        Stop(world, "D");
        world.Tell("A", new RemovePeer("D"));
        world.PassUntil(() => Forgotten(world, "D", "A", "B", "C"), Minute, "D is forgotten");
        world.Kill("B");

        world.Start("B", ["A", "C"], backup);
        for (int step = 0; step < 200; step++)
        {
            world.Pass(TimeSpan.FromMilliseconds(50));
            (HasModelOf(world, "D", "A") || HasModelOf(world, "D", "C")).Should().BeFalse("what B remembers is deleted before B shows it");
        }

        AgreeOn(world, 3, "A", "B", "C").Should().BeTrue();
    }

    [Fact]
    public void Removed_ByAMemberThoughItLives_GoesOnUnderItsNextIncarnation()
    {
        using PeerWorld world = Agreed(3);
        string before = world.StatusOf("A").ParameterHash!;
        world.StartOther("X", "A", (context, message, peer) =>
        {
            if (message is HostilePeerTests.Liar.Begin)
            {
                PeerCard card = new("X", 1, 1, null, TinyData.Model, world.Options.Gossip.Peers, SharedSettings.Of(world.Options, world.Topology));
                peer.Tell(new GossipPeerJoin(card, context.Self) { Removed = [new Member("B", 1), new Member("C", 1UL << 40)] }, context.Self);
            }
        });

        world.PassUntil(() => world.StatusOf("B").Incarnation == 2, Minute, "B hears of it");
        world.PassUntil(() => AgreeOn(world, 3, "A", "B", "C"), Minute, "nobody minds");

        world.StatusOf("A").ParameterHash.Should().Be(before);
        world.StatusOf("C").Incarnation.Should().Be(1, "a removal that would use up all incarnations is not believed");
        world.StatusOf("A").Refused.Should().Contain(refused => refused.From == "X" && refused.Reason == "Incarnation");
    }

    [Fact]
    public void Removed_TwelveThousandMadeUpNames_FillTheirRoomAndPeersStillMeet()
    {
        const int Joins = 6;
        using PeerWorld world = Agreed(3);
        int welcomed = 0;
        world.StartOther("X", "A", (context, message, peer) =>
        {
            welcomed += message is GossipPeerWelcome ? 1 : 0;
            if (message is HostilePeerTests.Liar.Begin || (message is GossipPeerWelcome && welcomed < Joins))
            {
                PeerCard card = new("X", 1, 1, null, TinyData.Model, world.Options.Gossip.Peers, SharedSettings.Of(world.Options, world.Topology));
                peer.Tell(new GossipPeerJoin(card, context.Self) { Removed = [.. Enumerable.Range(0, Removal.MaxRecords).Select(i => new Member($"nobody {welcomed}.{i}", 1))] }, context.Self);
            }
            else if (welcomed == Joins)
            {
                context.Stop(context.Self);
            }
        });

        world.PassUntil(() => welcomed == Joins, Minute, "A answers all");
        world.StatusOf("A").Refused.Should().Contain(refused => refused.From == "X" && refused.Reason == "Full" && refused.Count == (Joins * Removal.MaxRecords) - Removal.MaxUnknown);
        world.Kill("B");
        world.Start("B", ["A"], new MemoryGossipStore("another disk"));
        world.PassUntil(() => world.StatusOf("B").Incarnation == 2, Minute, "B meets A, who knows of its former life");
        world.PassUntil(() => AgreeOn(world, 3, "A", "B", "C"), Minute, "all three gossip");

        // An operator still has room.
        Stop(world, "C");
        world.Tell("A", new RemovePeer("C"));
        world.PassUntil(() => AgreeOn(world, 2, "A", "B"), Minute, "C is removed");
    }

    /// <summary>One whose incarnation was never heard could not acknowledge anything, and what was deleted stayed for ever.</summary>
    [Fact]
    public void Met_BeforeItKnewItsIncarnation_IsAskedForItUntilItTells()
    {
        using PeerWorld world = Agreed(2);
        int asked = 0;
        world.StartOther("X", "A", (context, message, peer) =>
        {
            asked += message is GossipPeerJoin ? 1 : 0;
            PeerCard card = new("X", asked > 2 ? 1UL : 0, 1, null, TinyData.Model, world.Options.Gossip.Peers, SharedSettings.Of(world.Options, world.Topology));
            if (message is HostilePeerTests.Liar.Begin or GossipPeerJoin)
            {
                peer.Tell(new GossipPeerJoin(card, context.Self), context.Self);
            }
        });

        world.PassUntil(() => asked > 2, Minute, "it is asked again and again");
        world.Pass(TimeSpan.FromSeconds(10));

        asked.Should().Be(3, "it has told");
    }

    /// <summary>What one message deletes is durable before it is acknowledged, and by one write.</summary>
    [Fact]
    public void Removed_HeardInAnExchange_IsWrittenOnceAndBeforeItIsAcknowledged()
    {
        WatchedGossipStore store = new(new MemoryGossipStore("of B"));
        using PeerWorld world = new(4, Rules);
        world.Start("A", []);
        world.Start("B", ["A"], store);
        world.Start("C", ["A"]);
        world.Start("D", ["A"]);
        world.PassUntil(() => world.Agree(), Minute, "all agree");
        Stop(world, "C");
        Stop(world, "D");
        store.Saves.Clear();
        int acknowledged = 0;
        world.OnReceived = message =>
        {
            if (message is GossipDigest digest && digest.Digest.Receipts.Any(of => of.Key == OwnedKey.Model("C") && of.Receipts.Any(receipt => receipt.Member.Replica == "B" && receipt.Level != ReceiptLevel.None)))
            {
                acknowledged++;
                store.Saves.Should().Contain(save => save.Durability == Durability.Promised && save.Keys.Contains("entry:model/C"));
            }
        };

        world.Tell("A", new RemovePeer("C"));
        world.Tell("A", new RemovePeer("D"));
        world.PassUntil(() => Forgotten(world, "C", "A", "B") && Forgotten(world, "D", "A", "B"), Minute, "both have acknowledged");

        acknowledged.Should().BePositive();
        string[] deletions = [.. new[] { "C", "D" }.SelectMany(gone => new[] { $"entry:removed/{gone}", $"entry:info/{gone}", $"entry:model/{gone}", $"entry:model2/{gone}" })];
        store.Saves.Where(save => save.Durability == Durability.Promised && save.Keys.Intersect(deletions).Any()).Should().ContainSingle()
            .Which.Keys.Should().Contain(deletions);
    }

    /// <summary>Whether A, who has deleted it, holds E's model again at any moment.</summary>
    private static bool ComesBack(PeerWorld world, TimeSpan time)
    {
        TimeSpan end = world.Now + time;
        bool cameBack = false;
        while (world.Now < end)
        {
            world.Pass(TimeSpan.FromMilliseconds(50));
            cameBack |= HasModelOf(world, "E", "A");
        }

        return cameBack;
    }

    internal static PeerWorld Agreed(int peers)
    {
        PeerWorld world = new(peers, Rules);
        world.StartAll();
        world.PassUntil(() => world.Agree(), Minute, "all agree");
        return world;
    }

    internal static void Stop(PeerWorld world, string peer)
    {
        world.Tell(peer, new StopPeer("the site leaves"));
        world.PassUntil(() => world.StatusOf("A").Peers.Single(view => view.Peer == peer).State == MemberState.Left, Minute, "it says so");
        world.Kill(peer);
    }

    internal static bool AgreeOn(PeerWorld world, int models, params string[] peers) => world.Agree(peers) && peers.All(peer => world.StatusOf(peer).Models == models);

    private static bool HasModelOf(PeerWorld world, string gone, string peer) =>
        world.StoreOf(peer).FindPart(peer, $"entry:{OwnedKey.Model(gone)}")?.Body is not null || world.StatusOf(peer).Peers.Any(view => view.Peer == gone);

    /// <summary>Whether stores hold nothing of a peer's models and description, not even that they are deleted, but the record of its removal.</summary>
    internal static bool Forgotten(PeerWorld world, string gone, params string[] peers) => peers.All(peer =>
        world.StoreOf(peer).FindPart(peer, $"entry:{Removal.KeyOf(gone)}") is not null
        && new[] { OwnedKey.Model(gone), OwnedKey.SecondModel(gone), OwnedKey.Information(gone) }.All(key => world.StoreOf(peer).FindPart(peer, $"entry:{key}") is null));
}
