using FedActors.FL.Configuration;
using FedActors.FL.Models;
using FedActors.FL.Roles;
using FedActors.FL.Topologies;

namespace FedActors.Tests.FL.Roles.Gossip;

public sealed class NeighbourAveragingTests
{
    private const int Rounds = 3;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    public static TheoryData<string> Kinds => ["complete", "ring", "line", "star", "random-regular", "erdos-renyi", "small-world", "torus"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void GossipAvg_InEveryTopology_AveragesWithNeighboursAndComesToOneAsFastAsTheGapPromises(string kind)
    {
        const double Share = 0.05;
        ITopology topology = Topology.Create(kind, degree: 3, seed: 5);
        string[] names = [.. Enumerable.Range(0, 6).Select(i => ((char)('A' + i)).ToString())];
        MixingMatrix matrix = new(topology, names, mixing: 1);
        int bound = matrix.StepsTo(Share)!.Value;
        PeerOptions options = new()
        {
            Training = new TrainingOptions { Rounds = Rounds, LocalEpochs = 1 }, Strategy = new StrategyOptions { Name = "gossipavg", Mixing = 1 },
            Gossip = new GossipOptions { MixingRounds = bound, ConvergenceEps = 0 },
        };
        using PeerWorld world = new(6, options) { Topology = topology };

        world.StartAll();
        world.PassUntil(() => world.Agree(), Limit, "all keep up");

        foreach (string peer in names)
        {
            world.Observer.Rounds.Where(round => round.Peer == peer).Should().HaveCount(Rounds + bound)
                .And.OnlyContain(round => round.Models == 1 + topology.NeighboursOf(peer, names).Count, "of nobody else");
        }

        Deviation(world, Rounds + bound).Should().BeLessThanOrEqualTo(1.001 * Share * Deviation(world, Rounds));
        world.StatusOf("A").Models.Should().Be(6, "in the end all count");
    }

    [Theory]
    [InlineData("balance")]
    [InlineData("ubar")]
    [InlineData("krum")]
    [InlineData("centeredclipping")]
    public void Rule_AtThePeer_OnARing_LearnsAndEndsWithOneMean(string strategy)
    {
        PeerOptions options = new()
        {
            Training = new TrainingOptions { Rounds = 6, LocalEpochs = 1 }, Strategy = new StrategyOptions { Name = strategy }, Gossip = new GossipOptions { AveragesWithNeighbours = true, ConvergenceEps = 0 },
        };
        using PeerWorld world = new(6, options) { Topology = Topology.Create("ring") };

        world.StartAll();
        world.PassUntil(() => world.Agree(), Limit, "all keep up");

        world.Observer.Rounds.Should().HaveCount(36).And.OnlyContain(round => round.Models == 3);
        world.Peers.Should().OnlyContain(peer => world.StatusOf(peer).Refusals == 0);
        world.Observer.Rounds.Where(round => round.Round == 6).Average(round => round.Loss).Should().BeLessThan(world.Observer.Rounds.Where(round => round.Round == 1).Average(round => round.Loss));
    }

    private static double Deviation(PeerWorld world, int round)
    {
        ParameterVector[] all = [.. world.Observer.Rounds.Where(of => of.Round == round).Select(of => of.Mean!)];
        all.Should().HaveCount(6);
        double sum = 0;
        for (int i = 0; i < all[0].Count; i++)
        {
            double mean = all.Average(one => (double)one.Values[i]);
            sum += all.Sum(one => (one.Values[i] - mean) * (one.Values[i] - mean));
        }

        return Math.Sqrt(sum);
    }
}
