using FedActors.FL.Topologies;

namespace FedActors.Tests.FL.Topologies;

public sealed class TopologyTests
{
    public static TheoryData<ITopology> All => new(
        Topology.Complete, new RingTopology(), new LineTopology(), new StarTopology(), new RandomRegularTopology(2, 1), new RandomRegularTopology(3, 2), new RandomRegularTopology(4, 3));

    [Theory]
    [MemberData(nameof(All))]
    public void Neighbours_AnyNumberOfPeers_AreMutualDistinctAndConnected(ITopology topology)
    {
        for (int count = 1; count <= 40; count++)
        {
            string[] peers = Names(count);

            foreach (string peer in peers)
            {
                IReadOnlyList<string> neighbours = topology.NeighboursOf(peer, peers);
                neighbours.Should().OnlyHaveUniqueItems().And.NotContain(peer).And.BeSubsetOf(peers);
                neighbours.All(other => topology.NeighboursOf(other, peers).Contains(peer)).Should().BeTrue($"{topology.Name} of {count}");
            }

            Topology.FindFault(topology, peers).Should().BeNull($"{topology.Name} of {count}");
        }
    }

    [Fact]
    public void Shapes_FivePeers_AreWhatTheirNamesSay()
    {
        string[] peers = Names(5);

        Topology.Complete.NeighboursOf("p01", peers).Should().Equal("p00", "p02", "p03", "p04");
        new RingTopology().NeighboursOf("p00", peers).Should().Equal("p04", "p01");
        new LineTopology().NeighboursOf("p00", peers).Should().Equal("p01");
        new LineTopology().NeighboursOf("p03", peers).Should().Equal("p02", "p04");
        new StarTopology().NeighboursOf("p00", peers).Should().Equal("p01", "p02", "p03", "p04");
        new StarTopology().NeighboursOf("p03", peers).Should().Equal("p00");
    }

    [Theory]
    [InlineData(10, 4)]
    [InlineData(10, 3)]
    [InlineData(33, 6)]
    public void RandomRegular_EvenNumberOfEnds_GivesEveryPeerItsDegree(int count, int degree)
    {
        string[] peers = Names(count);
        RandomRegularTopology topology = new(degree, 7);

        peers.Should().OnlyContain(peer => topology.NeighboursOf(peer, peers).Count == degree);
    }

    [Fact]
    public void RandomRegular_OddNumberOfEnds_GivesOnePeerOneMore()
    {
        string[] peers = Names(9);
        RandomRegularTopology topology = new(3, 7);

        peers.Select(peer => topology.NeighboursOf(peer, peers).Count).Order().Should().Equal(3, 3, 3, 3, 3, 3, 3, 3, 4);
    }

    [Fact]
    public void RandomRegular_SeedAndNames_DecideTheGraph()
    {
        string[] peers = Names(20);
        string[] Edges(ulong seed) => [.. peers.SelectMany(peer => new RandomRegularTopology(4, seed).NeighboursOf(peer, peers).Select(other => peer + other))];

        Edges(1).Should().Equal(Edges(1)).And.NotEqual(Edges(2));
        Edges(1).Should().NotEqual(peers.SelectMany((peer, i) => new[] { 18, 19, 1, 2 }.Select(step => peer + peers[(i + step) % 20])));
    }

    [Fact]
    public void RandomRegular_DegreeThatHoldsNothingTogether_IsRefused() =>
        FluentActions.Invoking(() => new RandomRegularTopology(1, 0)).Should().Throw<ArgumentOutOfRangeException>();

    [Fact]
    public void Custom_OneSideOfAnEdge_IsEnough()
    {
        CustomTopology topology = new(Adjacency(("a", ["b"]), ("b", ["c"])));

        topology.NeighboursOf("b", ["a", "b", "c"]).Should().Equal("a", "c");
        topology.NeighboursOf("c", ["a", "b", "c"]).Should().Equal("b");
        topology.NeighboursOf("z", ["a", "b", "z"]).Should().Equal("a", "b");
    }

    [Fact]
    public void Custom_InParts_IsRefusedWithTheirNames() =>
        FluentActions.Invoking(() => new CustomTopology(Adjacency(("a", ["b"]), ("c", ["d"])))).Should().Throw<ArgumentException>().WithMessage("*c, d without a way to a*");

    [Fact]
    public void Custom_JoinedToItself_IsRefused() =>
        FluentActions.Invoking(() => new CustomTopology(Adjacency(("a", ["a"])))).Should().Throw<ArgumentException>().WithMessage("*joins a to itself*");

    [Fact]
    public void Create_EachKind_IsKnownByName()
    {
        foreach (string kind in Topology.Kinds)
        {
            Topology.Create(kind, 4, 1, Adjacency(("a", ["b"]))).Name.Should().StartWith(kind);
        }

        FluentActions.Invoking(() => Topology.Create("moebius")).Should().Throw<ArgumentException>().WithMessage("*moebius*complete, ring*");
        FluentActions.Invoking(() => Topology.Create("custom")).Should().Throw<ArgumentException>().WithMessage("*adjacency*");
    }

    private static string[] Names(int count) => [.. Enumerable.Range(0, count).Select(i => $"p{i:00}")];

    private static Dictionary<string, IReadOnlyList<string>> Adjacency(params (string Peer, string[] Neighbours)[] edges) =>
        edges.ToDictionary(edge => edge.Peer, edge => (IReadOnlyList<string>)edge.Neighbours);
}
