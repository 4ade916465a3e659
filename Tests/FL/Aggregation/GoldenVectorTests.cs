using FedActors.FL.Aggregation;
using FedActors.FL.Models;

namespace FedActors.Tests.FL.Aggregation;

/// <summary>Holds every rule against golden vectors, at the tolerances that their file states.</summary>
public sealed class GoldenVectorTests
{
    private const double Relative = 1e-9;
    private const double Absolute = 1e-12;
    private const double GeometricMedianRelative = 1e-6;

    // Rules of the file that this project does not offer: they need data of the server's own, or give weights and no model.
    private static readonly string[] NotOffered = ["fltrust", "foolsgold_weights"];

    public static TheoryData<string, int, string> Rules => Data(item => !item.Algorithm.StartsWith("attack_", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Rules))]
    public void Rule_GoldenUpdates_AgreesToTheStatedTolerance(string instance, int index, string algorithm)
    {
        GoldenCase golden = GoldenVectors.Find(instance, index);
        UpdateBatch<double> batch = golden.ToBatch();

        AggregationRule rule = RuleOf(golden);
        double[] result = rule.Reduce(batch);
        double[] expected = rule is Bulyan bulyan ? WithoutTies(golden, bulyan.Select(batch), result) : golden.Expected;

        Compare(result, expected, algorithm == "geometric_median" ? GeometricMedianRelative : Relative, golden);
    }

    [Fact]
    public void Selections_GoldenUpdates_AreTheSameUpdates()
    {
        int compared = 0;
        foreach (GoldenCase golden in GoldenVectors.Cases.Where(item => !item.IsAmbiguous && item.Figures("selected") is not null))
        {
            UpdateBatch<double> batch = golden.ToBatch();
            AggregationRule rule = RuleOf(golden);
            int[] selected = rule is Bulyan bulyan ? bulyan.Select(batch) : ((MultiKrum)rule).Select(batch);

            // Attackers that send the very same numbers are one to every rule.
            int[] expected = [.. golden.Figures("selected")!.Select(i => (int)i)];
            selected.Select(golden.FirstEqualTo).Order().Should().Equal(expected.Select(golden.FirstEqualTo).Order(), "{0}", golden);
            compared++;
        }

        compared.Should().BePositive();
    }

    [Fact]
    public void KrumScores_GoldenUpdates_AgreeToTheStatedTolerance()
    {
        int compared = 0;
        foreach (GoldenCase golden in GoldenVectors.Cases.Where(item => item.Figures("scores") is not null))
        {
            Compare(new Krum(golden.Whole("f")).Scores(golden.ToBatch()), golden.Figures("scores")!, Relative, golden);
            compared++;
        }

        compared.Should().BePositive();
    }

    [Fact]
    public void StreamingMean_GoldenUpdatesInFloat32_AgreesToFloat32Rounding()
    {
        int compared = 0;
        foreach (GoldenCase golden in GoldenVectors.Cases.Where(item => item.Algorithm == "weighted_mean"))
        {
            var average = new FederatedAverage(new ParameterLayout(new TensorShape("x", golden.Expected.Length)));
            for (int i = 0; i < golden.Clients.Length; i++)
            {
                average.TryAdd([.. golden.Clients[i].Select(value => (float)value)], golden.Examples[i], out _).Should().BeTrue();
            }

            double largest = golden.Clients.Max(row => row.Max(Math.Abs));
            float[] mean = average.ToMean().Values.ToArray();
            mean.Select(value => (double)value).Zip(golden.Expected).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) <= largest * 1.2e-7);
            compared++;
        }

        compared.Should().BePositive();
    }

    [Fact]
    public void Comparison_RuleWithOneMoreAttacker_IsNoticed()
    {
        GoldenCase golden = GoldenVectors.Cases.First(item => item.Algorithm == "trimmed_mean" && item.Whole("trimmed_each_side") > 0);

        Action compare = () => Compare(new TrimmedMean(0).Reduce(golden.ToBatch()), golden.Expected, Relative, golden);

        compare.Should().Throw<Xunit.Sdk.XunitException>();
    }

    // Of values equally far from the median either may be taken, which the file's source leaves to its partition's inner order. Where
    // that decides a coordinate, and what was found is one of the right answers, there is nothing to compare.
    private static double[] WithoutTies(GoldenCase golden, int[] selected, double[] found)
    {
        int nearest = golden.Whole("beta");
        return [.. golden.Expected.Select((expected, i) => RightAnswers(i).Contains(expected) && RightAnswers(i).Contains(found[i]) ? found[i] : expected)];

        Answers RightAnswers(int i)
        {
            double[] column = [.. selected.Select(client => golden.Clients[client][i]).Order()];
            double median = (column[(column.Length - 1) / 2] + column[column.Length / 2]) / 2;
            double reach = column.Select(value => Math.Abs(value - median)).Order().ElementAt(nearest - 1);
            return new([.. Enumerable.Range(0, column.Length - nearest + 1).Select(low => column[low..(low + nearest)])
                .Where(window => window.All(value => Math.Abs(value - median) <= reach + Absolute)).Select(window => window.Average())]);
        }
    }

    private static AggregationRule RuleOf(GoldenCase golden) => golden.Algorithm switch
    {
        "mean" => new WeightedMean(weighted: false),
        "weighted_mean" => new WeightedMean(),
        "coordinate_median" => new CoordinateMedian(),
        "trimmed_mean" => Trimmed(golden),
        "krum" => new Krum(golden.Whole("f")),
        "multi_krum" => new MultiKrum(golden.Whole("f"), golden.Whole("m"), golden.Text("weighting") == "num_examples"),
        "bulyan" => new Bulyan(golden.Whole("f")),
        "bulyan_ranked" => new Bulyan(golden.Whole("f"), rankedOnce: true),
        "geometric_median" => new GeometricMedian(100_000, 1e-14, golden.Text("weights") == "num_examples", 1e-14),
        "rfa_weiszfeld" => new GeometricMedian(golden.Whole("R"), golden.Number("nu")),
        "norm_clip_mean" => new NormClipping(golden.Number("C")),
        "centered_clip" => new CenteredClipping(golden.Number("tau"), golden.Whole("iterations")),
        _ => throw new InvalidOperationException($"No rule answers to {golden.Algorithm}."),
    };

    private static TrimmedMean Trimmed(GoldenCase golden)
    {
        TrimmedMean rule = new(golden.Number("beta"));
        rule.TrimmedOf(golden.Clients.Length).Should().Be(golden.Whole("trimmed_each_side"));
        return rule;
    }

    private static void Compare(double[] found, double[] expected, double relative, GoldenCase golden)
    {
        found.Should().HaveCount(expected.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Math.Abs(found[i] - expected[i]).Should().BeLessThanOrEqualTo(Absolute + (relative * Math.Abs(expected[i])), "{0}, number {1}", golden, i);
        }
    }

    private static TheoryData<string, int, string> Data(Func<GoldenCase, bool> wanted)
    {
        TheoryData<string, int, string> data = [];
        foreach (GoldenCase golden in GoldenVectors.Cases.Where(item => !item.IsAmbiguous && !NotOffered.Contains(item.Algorithm) && wanted(item)))
        {
            data.Add(golden.Instance, golden.Index, golden.Algorithm);
        }

        return data;
    }

    private sealed record Answers(double[] Means)
    {
        public bool Contains(double value) => Means.Any(mean => Math.Abs(mean - value) <= Absolute + (Relative * Math.Abs(mean)));
    }
}
