using FedActors.FL.Numerics;
using FedActors.FL.Topologies;

namespace FedActors.Tests.FL.Topologies;

public sealed class MixingMatrixTests
{
    private static readonly ITopology[] Graphs =
    [
        Topology.Complete, new RingTopology(), new LineTopology(), new StarTopology(), new RandomRegularTopology(4, 1),
        new ErdosRenyiTopology(0.3, 2), new ErdosRenyiTopology(0.01, 3), new SmallWorldTopology(4, 0.2, 4), new SmallWorldTopology(2, 1, 5), new TorusTopology(),
    ];

    public static TheoryData<ITopology> All => [.. Graphs];

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

    [Theory]
    [MemberData(nameof(All))]
    public void Weights_AnyGraph_AreSymmetricNotNegativeAndSumToOne(ITopology topology)
    {
        MixingMatrix matrix = new(topology, Names(17));
        for (int i = 0; i < 17; i++)
        {
            double sum = 0;
            for (int j = 0; j < 17; j++)
            {
                matrix[i, j].Should().BeGreaterThanOrEqualTo(-1e-12).And.Be(matrix[j, i]);
                sum += matrix[i, j];
            }

            sum.Should().BeApproximately(1, 1e-12);
        }
    }

    // The eigenvalues of these are known in closed form.
    [Theory]
    [InlineData(5)]
    [InlineData(16)]
    [InlineData(31)]
    public void SpectralGap_Ring_IsTheClosedForm(int count)
    {
        double second = Enumerable.Range(1, count - 1).Max(k => Math.Abs((1 + (2 * Math.Cos(2 * Math.PI * k / count))) / 3));

        new MixingMatrix(new RingTopology(), Names(count)).SpectralGap().Should().BeApproximately(1 - second, 1e-7);
    }

    [Theory]
    [InlineData(5, 5)]
    [InlineData(4, 8)]
    public void SpectralGap_Torus_IsTheClosedForm(int rows, int columns)
    {
        double second = 0;
        for (int k = 0; k < rows; k++)
        {
            for (int l = k == 0 ? 1 : 0; l < columns; l++)
            {
                second = Math.Max(second, Math.Abs((1 + (2 * Math.Cos(2 * Math.PI * k / rows)) + (2 * Math.Cos(2 * Math.PI * l / columns))) / 5));
            }
        }

        new MixingMatrix(new TorusTopology(), Names(rows * columns)).SpectralGap().Should().BeApproximately(1 - second, 1e-7);
    }

    [Fact]
    public void SpectralGap_Complete_IsOneAndOneStepAgrees()
    {
        MixingMatrix matrix = new(Topology.Complete, Names(12));

        matrix.SpectralGap().Should().BeApproximately(1, 1e-6);
        matrix.StepsTo(1e-3).Should().Be(1);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void StepsTo_AnyGraph_IsEnoughForAnyStart(ITopology topology)
    {
        const int Peers = 20;
        MixingMatrix matrix = new(topology, Names(Peers));
        int steps = matrix.StepsTo(1e-2)!.Value;
        RandomStream random = new(9);
        double[] values = [.. Enumerable.Range(0, Peers).Select(_ => random.NextGaussian())];
        double mean = values.Average();
        double before = Distance(values, mean);

        for (int step = 0; step < steps; step++)
        {
            values = [.. Enumerable.Range(0, Peers).Select(i => Enumerable.Range(0, Peers).Sum(j => matrix[i, j] * values[j]))];
        }

        Distance(values, mean).Should().BeLessThanOrEqualTo(1.0001e-2 * before);
        values.Average().Should().BeApproximately(mean, 1e-12);
    }

    [Fact]
    public void SpectralGap_GraphInTwoParts_IsNoneAndNoStepsAreEnough()
    {
        MixingMatrix matrix = new(new Pairs(), Names(4));

        matrix.SpectralGap().Should().BeApproximately(0, 1e-12);
        matrix.StepsTo(0.1).Should().BeNull();
    }

    [Fact]
    public void TopologyFit_CentralRuleOnARing_NamesTheAlternatives()
    {
        TopologyFit.FindFault("fedtrimmedavg", withNeighbours: true, 1, new RingTopology(), Names(6)).Should().Contain("fedtrimmedavg").And.Contain("star or complete").And.Contain("gossipavg");
        TopologyFit.FindFault("fedtrimmedavg", withNeighbours: false, 1, new RingTopology(), Names(6)).Should().BeNull("models are passed on");
        TopologyFit.FindFault("fedtrimmedavg", withNeighbours: true, 1, new StarTopology(), Names(6)).Should().BeNull();
        TopologyFit.FindFault("fedavg", withNeighbours: true, 1, Topology.Complete, Names(6)).Should().BeNull();
        TopologyFit.FindFault("gossipavg", withNeighbours: true, 1, new RingTopology(), Names(6)).Should().BeNull();
    }

    [Fact]
    public void TopologyFit_KrumWithTooFewNeighbours_NamesThePeerAndTheAlternatives()
    {
        TopologyFit.FindFault("krum", withNeighbours: true, 5, new RingTopology(), Names(6)).Should().Contain("at least 5").And.Contain("2 neighbours").And.Contain("complete").And.Contain("gossipavg");
        TopologyFit.FindFault("krum", withNeighbours: true, 3, new RingTopology(), Names(6)).Should().BeNull();
        TopologyFit.FindFault("krum", withNeighbours: true, 5, Topology.Complete, Names(6)).Should().BeNull();
    }

    [Fact]
    public void Mixing_ByHalf_HalvesTheWayOfEachStep()
    {
        MixingMatrix whole = new(new RingTopology(), Names(6));
        MixingMatrix half = new(new RingTopology(), Names(6), mixing: 0.5);

        half[0, 1].Should().BeApproximately(whole[0, 1] / 2, 1e-15);
        half[0, 0].Should().BeApproximately((1 + whole[0, 0]) / 2, 1e-15);
        half.SpectralGap().Should().BeApproximately(whole.SpectralGap() / 2, 1e-6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1.1)]
    public void ErdosRenyi_ProbabilityOutOfRange_IsRefused(double probability) =>
        FluentActions.Invoking(() => new ErdosRenyiTopology(probability, 1)).Should().Throw<ArgumentOutOfRangeException>();

    [Fact]
    public void ErdosRenyi_ManyPeers_HasAboutItsShareOfEdges()
    {
        string[] peers = Names(60);
        ErdosRenyiTopology topology = new(0.3, 11);

        // 1770 pairs: four standard deviations are 77 edges.
        peers.Sum(peer => topology.NeighboursOf(peer, peers).Count).Should().BeInRange(2 * (531 - 77), 2 * (531 + 77));
    }

    private sealed class Pairs : ITopology
    {
        public string Name => "pairs";

        public IReadOnlyList<string> NeighboursOf(string peer, IReadOnlyList<string> peers) => [peers[peers.ToList().IndexOf(peer) ^ 1]];
    }

    private static string[] Names(int count) => [.. Enumerable.Range(0, count).Select(i => $"p{i:00}")];

    private static double Distance(double[] values, double mean) => Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)));
}
