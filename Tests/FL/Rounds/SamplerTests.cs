using FedActors.FL.Numerics;
using FedActors.FL.Rounds;

namespace FedActors.Tests.FL.Rounds;

public sealed class SamplerTests
{
    private static readonly KeyValuePair<string, long>[] Workers = [.. Enumerable.Range(0, 20).Select(i => KeyValuePair.Create($"w{i:00}", i < 5 ? 1000L : 10L))];

    public static TheoryData<string> Kinds => [.. Sampler.All];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Draw_AnyOrderOfWorkers_SameCohort(string kind)
    {
        RandomStream random = new(1);
        for (int round = 1; round <= 20; round++)
        {
            KeyValuePair<string, long>[] shuffled = [.. Workers];
            random.Shuffle(shuffled.AsSpan());

            string[] cohort = Draw(kind, round, Workers);

            Draw(kind, round, shuffled).Should().Equal(cohort);
            cohort.Should().BeInAscendingOrder(StringComparer.Ordinal).And.OnlyHaveUniqueItems();
            cohort.Length.Should().BeGreaterThanOrEqualTo(3);
        }
    }

    [Theory]
    [InlineData(Sampler.Uniform)]
    [InlineData(Sampler.BySize)]
    [InlineData(Sampler.RoundRobin)]
    public void Draw_FixedSize_IsTheFraction(string kind) => Draw(kind, 7, Workers).Should().HaveCount(6);

    [Fact]
    public void Uniform_Draw_IsTheCohortOfBefore() =>
        Draw(Sampler.Uniform, 4, Workers).Should().Equal(CohortSelection.Draw(42, 4, 0, Workers.Select(worker => worker.Key), 6));

    [Fact]
    public void BySize_LargeWorkers_AreDrawnMoreOften()
    {
        int large = Enumerable.Range(1, 200).Sum(round => Draw(Sampler.BySize, round, Workers).Count(worker => string.CompareOrdinal(worker, "w05") < 0));

        // Five of twenty have nearly all examples; by chance alone they would have 300 of 1200 seats.
        large.Should().BeGreaterThan(900);
    }

    [Fact]
    public void Poisson_ManyRounds_AskTheFractionOnAverage()
    {
        int[] sizes = [.. Enumerable.Range(1, 300).Select(round => Draw(Sampler.Poisson, round, Workers).Length)];

        sizes.Average().Should().BeApproximately(6, 0.5);
        sizes.Distinct().Count().Should().BeGreaterThan(3);
    }

    [Fact]
    public void RoundRobin_TenRounds_AskEverybodyEquallyOften() =>
        Enumerable.Range(1, 10).SelectMany(round => Draw(Sampler.RoundRobin, round, Workers)).CountBy(worker => worker).Should().OnlyContain(pair => pair.Value == 3);

    [Fact]
    public void Draw_UnknownKind_NamesThoseThatThereAre() =>
        FluentActions.Invoking(() => Draw("best", 1, Workers)).Should().Throw<ArgumentException>().WithMessage("*'best'; there are uniform, size, poisson, round-robin*");

    private static string[] Draw(string kind, int round, KeyValuePair<string, long>[] workers) => Sampler.Draw(kind, 42, round, 0, workers, 0.3, 3);
}
