using FedActors.FL.Configuration;
using FedActors.FL.Gossip;
using FedActors.FL.Roles;
using FedActors.Storage.Gossip;

namespace FedActors.Tests.FL.Roles.Gossip;

public sealed class PeerRecoveryTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static PeerOptions Rules => new() { Training = new TrainingOptions { Rounds = 20, LocalEpochs = 1 } };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Killed_AtManyInstants_GoesOnFromItsStoreAndNeverGivesOneVersionTwoContents(bool withLargeBodies)
    {
        using PeerWorld world = new(3, Rules)
        {
            TrainingTime = _ => TimeSpan.FromMilliseconds(100), LargeBodyBytes = withLargeBodies ? 64 : null, BodyTime = TimeSpan.FromMilliseconds(70),
        };
        world.StartAll();
        int last = 0;
        for (int kill = 0; kill < 20; kill++)
        {
            // Instants that fall anywhere in a round.
            world.Pass(TimeSpan.FromMilliseconds(400 + (37 * kill)));
            int before = world.StatusOf("C").Round;
            world.Kill("C");
            world.Start("C", ["A"]);
            world.Pass(TimeSpan.FromMilliseconds(50));

            // What others told it may be lost with a large body on its way to the disk: they tell it again.
            world.PassUntil(() => world.StatusOf("C").Phase != LearningPhase.AwaitingStandard, withLargeBodies ? Minute : TimeSpan.Zero, "it knows the standard");
            PeerStatus after = world.StatusOf("C");
            after.Round.Should().BeGreaterThanOrEqualTo(before, "what was published is not lost");
            after.Incarnation.Should().Be(1, "an intact disk is enough to go on");
            after.Round.Should().BeGreaterThanOrEqualTo(last);
            last = after.Round;
        }

        world.PassUntil(() => world.Agree(), 2 * Minute, "C comes back each time");
        world.Peers.Should().OnlyContain(peer => world.StatusOf(peer).Equivocations == 0 && world.StatusOf(peer).Refusals == 0);
    }

    /// <summary>The mean bore the number of the round that was being trained, which was in no list of rounds.</summary>
    [Fact]
    public void Stopped_WhileItAwaitsOthers_KeepsTheMeanOfTheRoundThatItClosed()
    {
        using PeerWorld world = new(3, new PeerOptions { Training = new TrainingOptions { Rounds = 50, LocalEpochs = 1 } })
        {
            TrainingTime = peer => TimeSpan.FromMilliseconds(peer == "C" ? 500 : 20),
        };
        world.StartAll();
        world.PassUntil(() => world.StatusOf("A") is { Round: 4, Phase: LearningPhase.Collecting }, Minute, "A waits for C");

        world.Tell("A", new StopPeer("that is enough"));
        world.PassUntil(() => world.CompletionOf("A").Task.IsCompleted, Minute, "A ends");

        KeptMean kept = KeptMean.Find(world.StoreOf("A"), "A")!;
        (kept.Round, kept.Parameters.Hash()).Should().Be((3, world.StoreOf("A").ListMetrics("A")[^1].ParameterHash));
    }

    [Fact]
    public void Wiped_Disk_GoesOnAboveAllThatOthersHaveSeen()
    {
        using PeerWorld world = new(3, Rules) { TrainingTime = _ => TimeSpan.FromMilliseconds(200) };
        world.StartAll();
        world.PassUntil(() => world.StatusOf("C").Round >= 5, Minute, "training begins");
        world.Kill("C");

        world.Start("C", ["A"], new MemoryGossipStore(new string('f', 32)));
        world.PassUntil(() => world.StatusOf("C").Incarnation == 2, Minute, "A has seen incarnation 1");

        world.PassUntil(() => world.Agree(), 2 * Minute, "C learns again");
        world.Peers.Should().OnlyContain(peer => world.StatusOf(peer).Equivocations == 0);
        world.Observer.Troubles.Should().Contain(trouble => trouble.At == "C" && trouble.Text.Contains("incarnation 2") && trouble.Text.Contains("of its incarnation 1,"));
        world.StatusOf("A").Peers.Single(view => view.Peer == "C").Incarnation.Should().Be(2);
    }

    [Fact]
    public void Restored_OldBackup_GoesOnAboveAllThatOthersHaveSeen()
    {
        using PeerWorld world = new(3, Rules) { TrainingTime = _ => TimeSpan.FromMilliseconds(200) };
        world.StartAll();
        world.PassUntil(() => world.StatusOf("C").Round >= 3, Minute, "training begins");
        MemoryGossipStore backup = CopyOf(world.StoreOf("C"), "C");
        world.PassUntil(() => world.StatusOf("C").Round >= 8, Minute, "training goes on");
        world.Kill("C");

        world.Start("C", ["B"], backup);
        world.PassUntil(() => world.StatusOf("C").Incarnation == 2, Minute, "B has seen more");

        world.PassUntil(() => world.Agree(), 2 * Minute, "C goes on");
        world.Peers.Should().OnlyContain(peer => world.StatusOf(peer).Equivocations == 0);
    }

    [Fact]
    public void Wiped_WhileNobodyIsThere_IsFoundOutWhenItMeetsThem()
    {
        using PeerWorld world = new(3, Rules) { TrainingTime = _ => TimeSpan.FromMilliseconds(200) };
        world.StartAll();
        world.PassUntil(() => world.StatusOf("C").Round >= 5, Minute, "training begins");
        world.Kill("C");
        world.Cut(["C"], ["A", "B"]);

        world.Start("C", ["A"], new MemoryGossipStore(new string('f', 32)));
        world.Pass(TimeSpan.FromSeconds(10));
        world.StatusOf("C").Incarnation.Should().Be(1, "nobody could tell it");
        world.Heal(["C"], ["A", "B"]);

        world.PassUntil(() => world.StatusOf("C").Incarnation == 2, Minute, "A tells it");
        world.PassUntil(() => world.Agree(), 2 * Minute, "all converge whatever was published twice");
    }

    /// <summary>A store as a copy of its file would be: the same identity, incarnation, sequences and state.</summary>
    internal static MemoryGossipStore CopyOf(IGossipStore store, string peer)
    {
        MemoryGossipStore copy = new(store.DatabaseId);
        PeerRecord record = store.FindPeer(peer)!;
        copy.BeginLife(peer, record.Life, record.StartedAt);
        copy.BeginIncarnation(peer, record.Incarnation);
        while (copy.AllocateSequence(peer) < record.LastSequence)
        {
            // Sequences are given one after another.
        }

        copy.Save(peer, new StateChange { Parts = store.Load(peer) }, Durability.Promised);
        return copy;
    }
}
