using FedActors.Crdt;
using FedActors.FL.Configuration;
using FedActors.FL.Gossip;
using FedActors.FL.Models;

namespace FedActors.Tests.FL.Gossip;

/// <summary>One peer's learning. What holds for several, whatever happens, is in <see cref="Laws.LearningLaws"/>.</summary>
public sealed class LearningMachineTests
{
    private static readonly ContentHash Standard = ContentHash.Of([1]);
    private static readonly ContentHash Other = ContentHash.Of([2]);
    private static readonly ParameterVector Parameters = new(new ModelSpecification(ModelSpecification.Softmax, 1, 2).Layout);

    [Fact]
    public void Peers_ThatKeepUp_TrainEveryRoundOnTheModelsOfTheRoundBefore()
    {
        LearningWorld world = new(1, peers: 4, rounds: 6, slowestTraining: 30);

        world.Pass(60_000);

        world.IsSound.Should().BeTrue();
        world.Trained.Should().HaveCount(24);
        world.Living.Should().OnlyContain(machine => machine.Settled == "a@6 b@6 c@6 d@6");
    }

    [Fact]
    public void Faster_ThatHasPublishedItsNext_CountsWithTheRoundThatIsAveraged()
    {
        LearningMachine machine = Started("a", "a", "b", "c");
        machine.Handle(new ModelHeard(Entry("b", 1)), 1);
        machine.Handle(new ModelTrained(Entry("a", 1)), 2).OfType<ComputeMean>().Should().BeEmpty("the model of c is on its way");
        machine.Handle(new ModelHeard(Entry("b", 2)), 3);

        IReadOnlyList<LearningEffect> effects = machine.Handle(new ModelHeard(Entry("c", 1)), 4);

        effects.OfType<ComputeMean>().Single().Entries.Select(entry => (entry.Peer, entry.Round)).Should().Equal(("a", 1), ("b", 1), ("c", 1));
    }

    [Fact]
    public void Faster_WhoseModelOfTheRoundIsStillToCome_IsWaitedFor()
    {
        LearningMachine machine = Started("a", "a", "b", "c");
        machine.Handle(new ModelHeard(Entry("c", 1)), 1);
        machine.Handle(new ModelHeard(Entry("b", 2)), 1);
        machine.Handle(new ModelTrained(Entry("a", 1)), 2).OfType<ComputeMean>().Should().BeEmpty();

        IReadOnlyList<LearningEffect> effects = machine.Handle(new ModelHeard(Entry("b", 1) with { Version = new ModelVersion(1, 1) }), 3);

        effects.OfType<ComputeMean>().Single().Entries.Select(entry => (entry.Peer, entry.Round)).Should().Equal(("a", 1), ("b", 1), ("c", 1));
    }

    [Fact]
    public void Expected_NotMetYet_IsWaitedForAsLongAsForPeersToBegin()
    {
        LearningMachine machine = Started("a", "a", "b");

        machine.Handle(new ModelTrained(Entry("a", 1)), 100).OfType<ComputeMean>().Should().BeEmpty();

        machine.Due.Should().Be(60_100);
        machine.Handle(new PresenceChanged("b", IsHere: false), 5_000).OfType<ComputeMean>().Should().ContainSingle("nobody waits for the dead");
    }

    [Fact]
    public void Last_Round_IsClosedAndTold()
    {
        LearningMachine machine = new("a", 1, new GossipOptions(), 8);
        machine.Handle(new StandardTaken(Standard, []), 0);
        IReadOnlyList<LearningEffect> effects = machine.Handle(new ModelTrained(Entry("a", 1)), 1);

        effects = machine.Handle(new MeanComputed(effects.OfType<ComputeMean>().Single().Id, 0.5, "mean"), 2);

        effects.Take(2).Select(effect => effect.GetType()).Should().Equal(typeof(RoundClosed), typeof(TrainingOver));
        machine.Settled.Should().Be("mean");
    }

    [Fact]
    public void Late_AfterAllAreDone_TrainsOneRoundFromWhatTheyHold()
    {
        LearningMachine machine = new("d", 50, new GossipOptions(), 8);
        foreach (string peer in new[] { "a", "b", "c" })
        {
            machine.Handle(new PresenceChanged(peer, IsHere: true), 0);
            machine.Handle(new ProgressHeard(peer, new PeerProgress(IsDone: true, 20, "mean", Standard)), 0);
        }

        machine.Handle(new StandardTaken(Standard, ["a", "b", "c"]), 1).Should().BeEmpty("their models are on their way");
        machine.Handle(new ModelHeard(Entry("a", 20)), 2);
        machine.Handle(new ModelHeard(Entry("b", 20)), 3);
        IReadOnlyList<LearningEffect> effects = machine.Handle(new ModelHeard(Entry("c", 20)), 4);
        effects.OfType<ComputeMean>().Single().Entries.Should().HaveCount(3);
        machine.Handle(new MeanComputed(effects.OfType<ComputeMean>().Single().Id, 1, "mean"), 5).OfType<Train>().Should().Equal(new Train(20));
        effects = machine.Handle(new ModelTrained(Entry("d", 20)), 6);
        effects = machine.Handle(new MeanComputed(effects.OfType<ComputeMean>().Single().Id, 1, "new mean"), 7);

        effects.OfType<TrainingOver>().Should().ContainSingle();
        machine.Settled.Should().Be("new mean");
    }

    [Fact]
    public void Late_ThatBeganFromNothing_BeginsAgainWhenItHearsHowFarTheOthersAre()
    {
        LearningMachine machine = Started("d");
        machine.Handle(new PresenceChanged("a", IsHere: true), 1);

        machine.Handle(new ProgressHeard("a", new PeerProgress(IsDone: false, 7, null, Standard)), 2).Should().Equal(new AbandonTraining());

        machine.Handle(new ModelHeard(Entry("a", 7)), 3).OfType<ComputeMean>().Single().Entries.Should().ContainSingle();
    }

    [Fact]
    public void Mean_ThatStandsStillForThePatience_EndsTraining()
    {
        LearningMachine machine = new("a", 100, new GossipOptions { ConvergenceEps = 0.001, ConvergencePatience = 3 }, 8);
        double[] changes = [1, 0.0005, 0.5, 0.0009, 0.0009, 0.0001];
        IReadOnlyList<LearningEffect> effects = machine.Handle(new StandardTaken(Standard, []), 0);
        foreach (double change in changes)
        {
            int round = effects.OfType<Train>().Single().Round;
            effects = machine.Handle(new ModelTrained(Entry("a", round)), round);
            effects = machine.Handle(new MeanComputed(effects.OfType<ComputeMean>().Single().Id, change, $"mean {round}"), round);
            effects.OfType<RoundClosed>().Should().ContainSingle().Which.Change.Should().Be(change);
        }

        effects.OfType<TrainingOver>().Should().Equal(new TrainingOver(6, HasConverged: true));
        effects.OfType<SettledChanged>().Should().ContainSingle().Which.Hash.Should().Be("mean 6");
        machine.Phase.Should().Be(LearningPhase.Done);
    }

    /// <summary>A rule that needs more models than there are was asked for the same mean again and again, without a pause.</summary>
    [Fact]
    public void Mean_ThatCannotBeComputedAfterTheEnd_IsTriedAgainOnlyWithOtherModels()
    {
        LearningMachine machine = new("a", 1, new GossipOptions(), 8);
        machine.Handle(new StandardTaken(Standard, []), 0);
        IReadOnlyList<LearningEffect> effects = machine.Handle(new ModelTrained(Entry("a", 1)), 1);
        effects = machine.Handle(new MeanFailed(effects.OfType<ComputeMean>().Single().Id, "too few"), 2);
        machine.Phase.Should().Be(LearningPhase.Done);

        effects = machine.Handle(new MeanFailed(effects.OfType<ComputeMean>().Single().Id, "too few"), 3);

        effects.OfType<ComputeMean>().Should().BeEmpty();
        machine.Settled.Should().BeNull();
        machine.Handle(new ModelHeard(Entry("b", 1)), 4).OfType<ComputeMean>().Should().ContainSingle();
    }

    [Fact]
    public void Model_OfAnotherStandard_IsNotAveraged()
    {
        LearningMachine machine = Started("a");
        machine.Handle(new ModelHeard(Entry("b", 1) with { Standard = Other }), 1);
        machine.Handle(new ModelHeard(Entry("c", 1)), 1);

        IReadOnlyList<LearningEffect> effects = machine.Handle(new ModelTrained(Entry("a", 1)), 2);

        effects.OfType<ComputeMean>().Single().Entries.Select(entry => entry.Peer).Should().Equal("a", "c");
    }

    [Fact]
    public void Standard_ThatTakesTheOthersPlace_BeginsAnew()
    {
        LearningMachine machine = Started("a");
        machine.Handle(new ModelTrained(Entry("a", 1)), 1);

        IReadOnlyList<LearningEffect> effects = machine.Handle(new StandardTaken(Other, []), 2);

        effects.OfType<Train>().Should().Equal(new Train(1));
        machine.Round.Should().Be(0);
    }

    [Fact]
    public void Rounds_ClaimedByAMinority_MoveNobody()
    {
        LearningMachine machine = Started("a");
        foreach (string peer in new[] { "b", "c", "d" })
        {
            machine.Handle(new ModelHeard(Entry(peer, peer == "d" ? 99 : 1)), 1);
        }

        IReadOnlyList<LearningEffect> effects = machine.Handle(new ModelTrained(Entry("a", 1)), 2);
        effects = machine.Handle(new MeanComputed(effects.OfType<ComputeMean>().Single().Id, 1, "mean"), 3);

        effects.OfType<Train>().Should().Equal(new Train(2));
    }

    [Fact]
    public void Late_AmongThoseWhoAreFar_GoesOnWithTheirRound()
    {
        LearningMachine machine = new("a", 100, new GossipOptions(), 8);
        machine.Handle(new ModelHeard(Entry("b", 40)), 0);
        machine.Handle(new ModelHeard(Entry("c", 41)), 0);
        IReadOnlyList<LearningEffect> effects = machine.Handle(new StandardTaken(Standard, []), 1);
        effects.OfType<ComputeMean>().Single().Entries.Should().HaveCount(2, "it begins from what the others know");

        effects = machine.Handle(new MeanComputed(effects.OfType<ComputeMean>().Single().Id, 1, "mean"), 2);

        effects.OfType<Train>().Should().Equal(new Train(40));
    }

    [Fact]
    public void Bandwidth_TooLittleForAllModels_StretchesTheIntervals()
    {
        LearningMachine machine = new("a", 100, new GossipOptions { MaxBytesPerSecond = 1_000, PublicationInterval = TimeSpan.FromSeconds(2) }, modelBytes: 5_000);
        machine.Handle(new PresenceChanged("b", IsHere: true), 0);
        machine.Interval.Should().Be(TimeSpan.FromSeconds(5));
        machine.Handle(new StandardTaken(Standard, []), 0);
        machine.Handle(new ModelHeard(Entry("b", 1)), 0);

        machine.Handle(new ModelTrained(Entry("a", 1)), 100).OfType<ComputeMean>().Should().BeEmpty("the others' links are busy still");

        machine.Due.Should().Be(5_100);
        machine.Handle(new LearningDue(), 5_100).OfType<ComputeMean>().Should().ContainSingle();
    }

    [Fact]
    public void Training_ThatFails_IsTriedAgainLater()
    {
        LearningMachine machine = Started("a");

        IReadOnlyList<LearningEffect> effects = machine.Handle(new TrainingBroken(1, "no memory"), 10);

        effects.OfType<ReportTrouble>().Single().Text.Should().Contain("no memory");
        machine.Handle(new LearningDue(), 500).Should().BeEmpty();
        machine.Handle(new LearningDue(), machine.Due!.Value).Should().Equal(new Train(1));
    }

    private static LearningMachine Started(string self, params string[] expected)
    {
        LearningMachine machine = new(self, 100, new GossipOptions(), 8);
        machine.Handle(new StandardTaken(Standard, expected), 0).Should().Equal(new Train(1));
        return machine;
    }

    private static ModelEntry Entry(string peer, int round) => new(peer, new ModelVersion(1, (ulong)round), round, 10, Standard, Parameters);
}
