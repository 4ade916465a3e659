using FedActors.FL.Data;
using FedActors.FL.Numerics;

namespace FedActors.Tests.FL.Data.Partitioners;

public sealed class PartitionerTests
{
    private const int Rows = 1200;
    private const int Classes = 10;

    private static readonly int[] Labels = [.. Enumerable.Range(0, Rows).Select(row => row * 7 % Classes)];

    private static readonly Partitioner[] Kinds =
    [
        new IidPartitioner(), new DirichletPartitioner(0.5), new DirichletPartitioner(0.1, minSize: 1, selfBalancing: true), new QuantityPartitioner(0.5),
        new ShardPartitioner(), new ClassesPartitioner(3),
    ];

    public static TheoryData<Partitioner> All => [.. Kinds];

    [Theory]
    [MemberData(nameof(All))]
    public void Partition_AnySeed_GivesEveryRowToOneSiteAndNoSiteNothing(Partitioner partitioner)
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            int[][] parts = partitioner.Partition(Labels, 20, seed);

            parts.Should().HaveCount(20).And.OnlyContain(part => part.Length > 0);
            parts.SelectMany(part => part).Order().Should().Equal(Enumerable.Range(0, Rows));
            parts.Should().OnlyContain(part => part.SequenceEqual(part.Order()));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Partition_SameSeed_SameParts(Partitioner partitioner)
    {
        string[] first = Text(partitioner.Partition(Labels, 12, 5));

        Text(partitioner.Partition(Labels, 12, 5)).Should().Equal(first);
        Text(partitioner.Partition(Labels, 12, 6)).Should().NotEqual(first);
    }

    [Fact]
    public void Iid_AnySites_PartsOfEqualSize() =>
        new IidPartitioner().Partition(Labels, 7, 1).Should().OnlyContain(part => part.Length == Rows / 7 || part.Length == (Rows / 7) + 1);

    [Fact]
    public void Dirichlet_SmallerAlpha_SitesDifferMore()
    {
        double[] spread = [.. new[] { 100, 1, 0.1 }.Select(alpha => Spread(new DirichletPartitioner(alpha, minSize: 1).Partition(Labels, 10, 3)))];

        spread.Should().BeInAscendingOrder();
        spread[0].Should().BeLessThan(0.05);
        spread[2].Should().BeGreaterThan(0.12);
    }

    // With a concentration this large, a class is dealt out evenly; with one this small, one site has nearly all of it.
    [Fact]
    public void Dirichlet_AlphaForEachClass_RulesThatClass()
    {
        double[] alpha = [.. Enumerable.Range(0, Classes).Select(label => label == 4 ? 0.01 : 1000)];

        int[][] parts = new DirichletPartitioner(alpha).Partition(Labels, 5, 2);

        Share(parts, 4).Max().Should().BeGreaterThan(0.9);
        Share(parts, 3).Max().Should().BeLessThan(0.25);
    }

    [Fact]
    public void Dirichlet_MinimumSize_IsKept()
    {
        for (ulong seed = 0; seed < 10; seed++)
        {
            new DirichletPartitioner(1, minSize: 40).Partition(Labels, 10, seed).Should().OnlyContain(part => part.Length >= 40);
        }
    }

    // A site below its even share of 120 rows may still get a whole class of 120; one above it gets nothing.
    [Fact]
    public void Dirichlet_SelfBalancing_KeepsSitesBelowTheirShareAndOneClass()
    {
        int Largest(bool balancing, ulong seed) => new DirichletPartitioner(0.1, minSize: 1, balancing).Partition(Labels, 10, seed).Max(part => part.Length);

        ulong[] seeds = [.. Enumerable.Range(0, 12).Select(seed => (ulong)seed)];
        seeds.Max(seed => Largest(true, seed)).Should().BeLessThan(240);
        seeds.Max(seed => Largest(false, seed)).Should().BeGreaterThanOrEqualTo(240);
    }

    [Fact]
    public void Shards_TwoASite_SeeFewClasses() =>
        new ShardPartitioner(2).Partition(Labels, 10, 1).Should().OnlyContain(part => part.Select(row => Labels[row]).Distinct().Count() <= 4);

    [Theory]
    [InlineData(1, 10)]
    [InlineData(2, 20)]
    [InlineData(3, 7)]
    public void Classes_KOfThem_EachSiteHasExactlyK(int k, int sites) =>
        new ClassesPartitioner(k).Partition(Labels, sites, 9).Should().OnlyContain(part => part.Select(row => Labels[row]).Distinct().Count() == k);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void Dirichlet_AlphaNotPositive_IsRefused(double alpha)
    {
        Action create = () => _ = new DirichletPartitioner(alpha);

        create.Should().Throw<ArgumentOutOfRangeException>().WithMessage("An alpha is a finite number over 0*");
    }

    public static TheoryData<Partitioner, int, string> Impossible => new()
    {
        { new IidPartitioner(), 1201, "1200 rows cannot be dealt out to 1201 sites" },
        { new DirichletPartitioner(0.5, minSize: 61), 20, "need 1220 rows; there are 1200" },
        { new DirichletPartitioner(0.01, minSize: 50), 20, "In 10 deals*larger alpha" },
        { new DirichletPartitioner([1.0, 2.0]), 3, "2 alphas for 10 classes" },
        { new QuantityPartitioner(1, minSize: 500), 3, "need 1500 rows" },
        { new ShardPartitioner(200), 10, "need 2000 rows" },
        { new ClassesPartitioner(11), 10, "11 classes of 10" },
        { new ClassesPartitioner(2), 4, "leave some of 10 classes to nobody" },
    };

    // 50,000 times 50,000 wraps around in 32 bits; the sites went without classes, and none was told.
    [Fact]
    public void Classes_MorePairsOfSiteAndClassThanRows_AreRefused()
    {
        int[] labels = [.. Enumerable.Range(0, 50_000)];

        FluentActions.Invoking(() => new ClassesPartitioner(50_000).Partition(labels, 50_000, 1)).Should().Throw<ArgumentException>()
            .WithMessage("*50000 rows cannot give 50000 sites 50000 classes each*");
    }

    [Theory]
    [MemberData(nameof(Impossible))]
    public void Partition_Impossible_SaysWhatWouldDo(Partitioner partitioner, int sites, string text)
    {
        Action partition = () => partitioner.Partition(Labels, sites, 1);

        partition.Should().Throw<ArgumentException>().WithMessage($"*{text}*");
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(1)]
    [InlineData(7)]
    public void Gamma_ManyDraws_HaveItsMeanAndVariance(double shape)
    {
        RandomStream random = new(11);
        double[] draws = [.. Enumerable.Range(0, 40_000).Select(_ => GammaDistribution.Next(shape, random))];

        // Mean and variance of a gamma variate are both its shape; four standard errors leave room for chance.
        double error = 4 * Math.Sqrt(shape / draws.Length);
        double mean = draws.Average();
        mean.Should().BeApproximately(shape, error);
        draws.Average(draw => (draw - mean) * (draw - mean)).Should().BeApproximately(shape, 4 * Math.Sqrt(((2 * shape * shape) + (6 * shape)) / draws.Length));
    }

    [Theory]
    [InlineData("haze")]
    [InlineData("colour")]
    [InlineData("contrast")]
    public void FeatureShift_EveryKind_ChangesFeaturesAndNoLabel(string kind)
    {
        DataSet data = new(3, 2, [.. Enumerable.Repeat(1f, 300)], new int[100]);

        DataSet shifted = FeatureShift.Apply(data, kind, 1, "A");

        shifted.Labels.ToArray().Should().Equal(data.Labels.ToArray());
        shifted.Values.ToArray().Average().Should().BeApproximately(kind switch { "haze" => 0.8f, "contrast" => 1.2f, _ => 1f }, 0.16f);
        shifted.Values.ToArray().Should().NotEqual(data.Values.ToArray());
        FeatureShift.Apply(data, kind, 1, "A").Values.ToArray().Should().Equal(shifted.Values.ToArray());
    }

    private static string[] Text(int[][] parts) => [.. parts.Select(part => string.Join(',', part))];

    private static double[] Share(int[][] parts, int label) => [.. parts.Select(part => part.Count(row => Labels[row] == label) * (double)Classes / Rows)];

    private static double Spread(int[][] parts) => Enumerable.Range(0, Classes).Average(label => Share(parts, label).Select(share => Math.Abs(share - (1.0 / parts.Length))).Average());
}
