using FedActors.FL.Attacks;
using FedActors.FL.Numerics;
using FedActors.Tests.FL.Aggregation;

namespace FedActors.Tests.FL.Attacks;

/// <summary>Holds the attacks against the golden vectors of their formulas, and against what they are meant to do.</summary>
public sealed class AttackTests
{
    [Fact]
    public void Attacks_GoldenUpdates_AgreeToTheStatedTolerance()
    {
        Dictionary<string, int> compared = [];
        foreach (GoldenCase golden in GoldenVectors.Cases.Where(item => item.Algorithm.StartsWith("attack_", StringComparison.Ordinal)))
        {
            double[] own = golden.Algorithm == "attack_model_replacement" ? golden.Vector("target") : golden.Clients[0];
            Attack attack = golden.Algorithm switch
            {
                "attack_alie" => new LittleIsEnough(),
                "attack_ipm" => new InnerProduct(golden.Number("epsilon")),
                "attack_model_replacement" => new ModelReplacement(),
                _ => throw new InvalidOperationException($"No attack answers to {golden.Algorithm}."),
            };

            double[] update = attack.Craft<double>(Scene(golden), own);

            for (int i = 0; i < update.Length; i++)
            {
                Math.Abs(update[i] - golden.Expected[i]).Should().BeLessThanOrEqualTo(1e-12 + (1e-9 * Math.Abs(golden.Expected[i])), "{0}, number {1}", golden, i);
            }

            compared[golden.Algorithm] = compared.GetValueOrDefault(golden.Algorithm) + 1;
        }

        compared.Keys.Should().BeEquivalentTo("attack_alie", "attack_ipm", "attack_model_replacement");
    }

    [Theory]
    [InlineData(20, 4, 0.1573106846101707)]
    [InlineData(11, 2, 0.13971029888186212)]
    [InlineData(10, 2, 0)]
    public void LittleIsEnough_Reach_IsThePapersZ(int clients, int attackers, double z) =>
        LittleIsEnough.Reach(clients, attackers).Should().BeApproximately(z, 1e-12);

    [Fact]
    public void SignFlip_Update_IsMirroredAtTheGlobalModel() =>
        new SignFlip().Craft<float>(new AttackScene<float>(new float[] { 1, 2 }, [new float[2]], 5, 1, new RandomStream(1)), [3, 2]).Should().Equal(-1, 2);

    [Fact]
    public void GaussianNoise_SameStream_SameNoise()
    {
        AttackScene<float> Scene() => new(new float[4], [new float[4]], 5, 1, new RandomStream(3));

        float[] first = new GaussianNoise().Craft<float>(Scene(), new float[4]);

        first.Should().OnlyContain(value => value != 0 && Math.Abs(value) < 60);
        new GaussianNoise().Craft<float>(Scene(), new float[4]).Should().Equal(first);
    }

    [Theory]
    [InlineData(-3)]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(6)]
    public void NormalDistribution_Quantile_IsTheInverse(double z) =>
        NormalDistribution.Quantile(NormalDistribution.Cumulative(z)).Should().BeApproximately(z, 1e-6 * Math.Max(1, Math.Exp(z * z / 2) * 1e-9));

    private static AttackScene<double> Scene(GoldenCase golden)
    {
        ReadOnlyMemory<double>[] honest = [.. golden.Clients.Where((_, i) => !golden.Attackers.Contains(i)).Select(row => new ReadOnlyMemory<double>(row))];
        int clients = golden.Algorithm == "attack_model_replacement" ? golden.Whole("boost") : golden.Clients.Length;
        return new(new double[golden.Expected.Length], honest, clients, golden.Attackers.Length, new RandomStream(1));
    }
}
