using FedActors.FL.Configuration;
using FedActors.FL.Gossip;
using FedActors.FL.Models;
using FedActors.FL.Roles;
using FedActors.FL.Topologies;
using FedActors.Storage.Training;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Roles.Gossip;

public sealed class PeerActorTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Peers_Undisturbed_HoldTheParametersOfACoordinatedRunBitForBit()
    {
        using MemoryTrainingStore store = new();
        RunResult coordinated = await CoordinatedRun.ExecuteAsync(new CoordinatedRunSetup
        {
            Options = new FederationOptions { Training = new TrainingOptions { Rounds = 5, LocalEpochs = 1 } }, Data = new TinyData(), Store = store,
        }).Limit();
        using PeerWorld world = new(4);

        world.StartAll();
        world.PassUntil(() => world.Agree(), Minute, "all keep up");

        world.StatusOf("A").ParameterHash.Should().Be(coordinated.ParameterHash);
        foreach (string peer in world.Peers)
        {
            world.Observer.Rounds.Where(round => round.Peer == peer).Select(round => round.ParameterHash)
                .Should().Equal(store.ListRounds(coordinated.Run.Id).Select(round => round.ParameterHash));
        }

        world.Observer.Troubles.Should().BeEmpty("a first start is no trouble");
        world.Peers.Should().OnlyContain(peer => world.StatusOf(peer).Refusals == 0 && world.StatusOf(peer).IsAgreed && world.StatusOf(peer).Publications == 20);
    }

    [Fact]
    public void Peers_SameSeed_DoTheSame()
    {
        string[] Trace(ulong seed)
        {
            using PeerWorld world = new(3, seed: seed);
            world.StartAll();
            world.PassUntil(() => world.Agree(), Minute, "all keep up");
            return [.. world.Log.Lines.Select(line => line.Text), world.Now.ToString()];
        }

        Trace(5).Should().Equal(Trace(5)).And.NotEqual(Trace(6));
    }

    [Fact]
    public void Chain_EachKnowsItsPredecessor_AllKnowAllWithinFivePeriods()
    {
        using PeerWorld world = new(8);
        for (int i = 0; i < 8; i++)
        {
            world.Start(world.Peers[i], i == 0 ? [] : [world.Peers[i - 1]]);
            world.Pass(TimeSpan.FromMilliseconds(300));
        }

        TimeSpan took = world.PassUntil(
            () => world.Peers.All(peer => world.StatusOf(peer).Peers.Count(view => view.State == MemberState.Alive && view.IsConnected) == 8), Minute, "they hear of each other");

        took.Should().BeLessThan(5 * world.Options.Gossip.ExchangePeriod);
        world.PassUntil(() => world.Agree(), Minute, "all keep up");
    }

    public static TheoryData<string> SparseTopologies => new("ring", "line", "star", "random-regular");

    [Theory]
    [MemberData(nameof(SparseTopologies))]
    public void Topology_Sparse_StillLeadsToOneMean(string kind)
    {
        using PeerWorld world = new(7) { Topology = Topology.Create(kind, degree: 2) };

        world.StartAll();

        world.PassUntil(() => world.Agree(), Minute, "news are passed on");
        world.Peers.Should().OnlyContain(peer => world.StatusOf(peer).Models == 7);
        if (kind == "line")
        {
            world.StatusOf("D").Peers.Where(view => view.IsNeighbour).Select(view => view.Peer).Should().Equal("C", "E");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Partition_HalvesThatTrainOn_HealToOneMeanWithinFifteenPeriods(ulong seed)
    {
        using PeerWorld world = new(8, new PeerOptions { Training = new TrainingOptions { Rounds = 30, LocalEpochs = 1 } }, seed) { TrainingTime = _ => TimeSpan.FromMilliseconds(400) };
        string[] left = [.. world.Peers.Take(4)];
        string[] right = [.. world.Peers.Skip(4)];
        world.StartAll();
        world.PassUntil(() => world.Peers.All(peer => world.StatusOf(peer).Round >= 3), Minute, "training begins");

        world.Cut(left, right);
        world.PassUntil(() => world.Peers.All(peer => world.StatusOf(peer).Phase == LearningPhase.Done), 2 * Minute, "each half trains on");
        world.Pass(TimeSpan.FromSeconds(20));
        world.StatusOf("A").ParameterHash.Should().NotBe(world.StatusOf("H").ParameterHash);
        world.Heal(left, right);
        TimeSpan took = world.PassUntil(() => world.Agree(), Minute, "the halves find each other");

        took.Should().BeLessThan(15 * world.Options.Gossip.ExchangePeriod);
        int published = world.Observer.Statuses.Count(status => status.Phase == LearningPhase.Training);
        world.Peers.Should().OnlyContain(peer => world.StatusOf(peer).Publications == published, "the counter is the sum of what was counted");
        world.Peers.Should().OnlyContain(peer => world.StatusOf(peer).Models == 8);
        world.PassUntil(() => world.Peers.All(peer => world.StatusOf(peer).Peers.All(view => view.State == MemberState.Alive)), Minute, "who was held to be dead contradicts");
    }

    [Fact]
    public void Dead_ItsModel_LeavesTheMeanByItsAge()
    {
        using PeerWorld world = new(4, new PeerOptions { Training = new TrainingOptions { Rounds = 200, LocalEpochs = 1 } }) { TrainingTime = _ => TimeSpan.FromMilliseconds(500) };
        TimeSpan limit = world.Options.Gossip.AgeLimit * world.Options.Gossip.PublicationInterval;
        world.StartAll();
        world.PassUntil(() => world.StatusOf("A").Round >= 3, Minute, "training begins");

        world.Kill("D");
        TimeSpan took = world.PassUntil(() => world.StatusOf("A").Models == 3, Minute, "D is too old");

        took.Should().BeGreaterThan(limit - TimeSpan.FromSeconds(1)).And.BeLessThan(limit + TimeSpan.FromSeconds(3));
        world.StatusOf("A").Peers.Single(view => view.Peer == "D").State.Should().Be(MemberState.Dead);
        world.Start("D", ["A"]);
        world.PassUntil(() => world.StatusOf("A").Models == 4, Minute, "D is back");
    }

    [Fact]
    public void Slow_LongerThanTheAgeLimit_IsNeverThrownOut()
    {
        using PeerWorld world = new(4, new PeerOptions { Training = new TrainingOptions { Rounds = 12, LocalEpochs = 1 } })
        {
            TrainingTime = peer => peer == "D" ? TimeSpan.FromSeconds(25) : TimeSpan.FromMilliseconds(300),
        };
        world.StartAll();
        world.PassUntil(() => world.StatusOf("A").Models == 4, 2 * Minute, "D has published");

        for (int second = 0; second < 40; second++)
        {
            world.Pass(TimeSpan.FromSeconds(1));
            PeerStatus status = world.StatusOf("A");
            status.Models.Should().Be(4);
            status.Peers.Single(view => view.Peer == "D").State.Should().Be(MemberState.Alive);
        }

        world.TrainingTime = _ => TimeSpan.FromMilliseconds(300);
        world.PassUntil(() => world.Agree(), 2 * Minute, "D ends too");
        world.StatusOf("A").Models.Should().Be(4);
    }

    [Fact]
    public void Model_OfAnotherShape_IsRefusedOnBothSidesWithBothShapes()
    {
        using PeerWorld world = new(3);
        ModelSpecification other = new(ModelSpecification.Softmax, TinyData.Features, TinyData.Classes + 1);
        world.Start("A", []);
        world.Start("B", ["A"]);

        world.Start("C", ["A"], change: setup => setup with
        {
            Specification = other, Data = new FedActors.FL.Data.DataSet(TinyData.Features, TinyData.Classes + 1, setup.Data.Values.ToArray(), setup.Data.Labels.ToArray()),
        });
        world.PassUntil(() => world.CompletionOf("C").Task.IsCompleted, Minute, "C is refused by all whom it calls");

        world.CompletionOf("C").Task.IsCompletedSuccessfully.Should().BeTrue();
        string[] texts = [.. world.Observer.Members.Where(member => member.Change.Kind == MemberChangeKind.Refused).Select(member => $"{member.At}: {member.Change.Text}")];
        texts.Should().Contain(text => text.StartsWith("A:") && text.Contains("4 features, 3 classes") && text.Contains("4 features, 4 classes"));
        texts.Should().Contain(text => text.StartsWith("C:") && text.Contains("4 features, 3 classes") && text.Contains("4 features, 4 classes"));
        world.StatusOf("A").Peers.Select(view => view.Peer).Should().Equal("A", "B");
    }

    [Fact]
    public void Settings_ThatDiffer_AreRefusedOnBothSidesWithAllOfThemAndBothValues()
    {
        using PeerWorld world = new(3);
        world.Start("A", []);
        world.Start("B", ["A"]);

        world.Start("C", ["A"], change: setup => setup with
        {
            Options = setup.Options with { Seed = 7, Training = setup.Options.Training with { LearningRate = 0.25f, Rounds = 9 }, Strategy = new StrategyOptions { Name = "fedmedian" } },
            Topology = Topology.Create("ring"),
        });
        world.PassUntil(() => world.CompletionOf("C").Task.IsCompleted, Minute, "C is refused by all whom it calls");

        string[] texts = [.. world.Observer.Members.Where(member => member.Change.Kind == MemberChangeKind.Refused).Select(member => $"{member.At}: {member.Change.Text}")];
        foreach (string at in new[] { "A", "C" })
        {
            texts.Should().Contain(text => text.StartsWith(at + ":")
                && text.Contains("A has Seed 42, C 7") && text.Contains("A has Training:LearningRate 0.1, C 0.25") && text.Contains("A has Training:Rounds 5, C 9")
                && text.Contains("A has Strategy:Name fedavg, C fedmedian") && text.Contains("A has Gossip:Topology complete, C ring") && !text.Contains("BatchSize"));
        }

        world.StatusOf("A").Peers.Select(view => view.Peer).Should().Equal("A", "B");
    }

    [Theory]
    [InlineData("fedmedian")]
    [InlineData("fedtrimmedavg")]
    [InlineData("krum")]
    [InlineData("multikrum")]
    [InlineData("bulyan")]
    [InlineData("rfa")]
    [InlineData("normclipping")]
    [InlineData("centeredclipping")]
    public void Strategy_Robust_ReducesTheSameModelsToOneOnAllPeers(string strategy)
    {
        PeerOptions options = new() { Training = new TrainingOptions { Rounds = 4, LocalEpochs = 1 }, Strategy = new StrategyOptions { Name = strategy, Keep = 2 } };
        using PeerWorld plain = new(5, options with { Strategy = new StrategyOptions() });
        using PeerWorld world = new(5, options);

        plain.StartAll();
        world.StartAll();
        plain.PassUntil(() => plain.Agree(), Minute, "all keep up");
        world.PassUntil(() => world.Agree(), Minute, "all keep up");

        world.StatusOf("A").ParameterHash.Should().NotBe(plain.StatusOf("A").ParameterHash, "the strategy acts");
        world.Observer.Rounds.GroupBy(round => round.Round).Should().OnlyContain(round => round.Select(of => of.ParameterHash).Distinct().Count() == 1);
        world.Peers.Should().OnlyContain(peer => world.StatusOf(peer).Refusals == 0);
    }

    [Fact]
    public void Late_AfterAllHaveAgreed_IsTakenInAndAllAgreeAgain()
    {
        using PeerWorld world = new(4) { Options = new PeerOptions { Training = new TrainingOptions { Rounds = 5, LocalEpochs = 1 }, Gossip = new GossipOptions { Peers = 4, StartTimeout = TimeSpan.FromSeconds(5) } } };
        foreach (string peer in world.Peers.Take(3))
        {
            world.Start(peer, peer == "A" ? [] : ["A"]);
        }

        world.PassUntil(() => world.Agree("A", "B", "C"), Minute, "three begin without the fourth");
        string? before = world.StatusOf("A").ParameterHash;
        world.Start("D", ["B"]);

        world.PassUntil(() => world.StatusOf("D").IsSettled && world.Agree(), Minute, "D catches up");
        world.StatusOf("A").ParameterHash.Should().NotBe(before);
        world.StatusOf("A").Models.Should().Be(4);
    }

    [Theory]
    [InlineData("D")]
    [InlineData("A")]
    public void Late_AfterAllHaveAgreed_TakesTheirStandardAndModelAndNobodyTrainsAgain(string late)
    {
        using PeerWorld world = new(4) { Options = new PeerOptions { Training = new TrainingOptions { Rounds = 5, LocalEpochs = 1 }, Gossip = new GossipOptions { Peers = 4, StartTimeout = TimeSpan.FromSeconds(5) } } };
        string[] early = [.. world.Peers.Where(peer => peer != late)];
        foreach (string peer in early)
        {
            world.Start(peer, peer == early[0] ? [] : [early[0]]);
        }

        world.PassUntil(() => world.Agree(early), Minute, "three begin without the fourth");
        world.Start(late, [early[1]]);
        world.PassUntil(() => world.StatusOf(late).IsSettled && world.Agree(), Minute, "it catches up");

        world.Observer.Rounds.Where(round => round.Peer == late).Select(round => round.Round).Should().Equal([5], "it goes on with the others' round from what they hold");
        early.Should().OnlyContain(peer => world.Observer.Rounds.Count(round => round.Peer == peer) == 5, "nobody begins anew");
        world.Log.Lines.Select(line => line.Text).Where(text => text.Contains("standardised over")).Should().HaveCount(4).And.OnlyContain(text => text.EndsWith(string.Join(", ", early)));
        world.StatusOf(late).Publications.Should().Be(16);
    }

    [Fact]
    public void Stop_InOrder_IsToldToTheOthers()
    {
        using PeerWorld world = new(3);
        world.StartAll();
        world.PassUntil(() => world.Agree(), Minute, "all keep up");

        world.Tell("C", new StopPeer("enough"));
        TimeSpan took = world.PassUntil(() => world.StatusOf("A").Peers.Single(view => view.Peer == "C").State == MemberState.Left, Minute, "C says that it leaves");

        took.Should().BeLessThan(TimeSpan.FromSeconds(1));
        world.CompletionOf("C").Task.IsCompletedSuccessfully.Should().BeTrue();
        world.Agree("A", "B").Should().BeTrue("what C has trained still counts");
        world.StatusOf("A").Models.Should().Be(3);
        world.Observer.Members.Should().Contain(told => told.At == "A" && told.Change.MemberId == "C" && told.Change.Kind == MemberChangeKind.Left)
            .And.NotContain(told => told.Change.Kind == MemberChangeKind.Lost, "nobody is to look after a peer that left in order");
    }
}
