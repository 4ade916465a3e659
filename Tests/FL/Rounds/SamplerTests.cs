using FedActors.FL.Numerics;
using FedActors.FL.Rounds;

namespace FedActors.Tests.FL.Rounds;

public sealed class SamplerTests
{
    private static readonly SamplerWorker[] Workers = [.. Enumerable.Range(0, 20).Select(i => new SamplerWorker($"w{i:00}", i < 5 ? 1000 : 10))];

    public static TheoryData<string> Kinds => [.. Sampler.All];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Draw_AnyOrderOfWorkers_SameCohort(string kind)
    {
        RandomStream random = new(1);
        for (int round = 1; round <= 20; round++)
        {
            SamplerWorker[] shuffled = [.. Workers];
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
    [InlineData(Sampler.BySpeed)]
    [InlineData(Sampler.ByLoss)]
    public void Draw_FixedSize_IsTheFraction(string kind) => Draw(kind, 7, Workers).Should().HaveCount(6);

    [Fact]
    public void Uniform_Draw_IsTheCohortOfBefore() =>
        Draw(Sampler.Uniform, 4, Workers).Should().Equal(CohortSelection.Draw(42, 4, 0, Workers.Select(worker => worker.Name), 6));

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
    public void BySpeed_FastWorkers_AreDrawnMoreOftenAndUnknownOnesFirst()
    {
        SamplerWorker[] measured = [.. Workers.Select((worker, i) => worker with { Measured = i == 19 ? null : new Measurement(1, TimeSpan.FromSeconds(i < 5 ? 1 : 100), 1) })];
        string[][] cohorts = [.. Enumerable.Range(1, 100).Select(round => Draw(Sampler.BySpeed, round, measured))];

        cohorts.Should().OnlyContain(cohort => cohort.Contains("w19"));
        cohorts.Sum(cohort => cohort.Count(worker => string.CompareOrdinal(worker, "w05") < 0)).Should().BeGreaterThan(400, "five seats are left in each round, and by chance 132 of them are theirs");
    }

    [Fact]
    public void ByLoss_Candidates_GiveTheirSeatsToTheLargestLosses()
    {
        SamplerWorker[] measured = [.. Workers.Select((worker, i) => new SamplerWorker(worker.Name, 10, new Measurement(i, TimeSpan.FromSeconds(1), 1)))];
        string[][] cohorts = [.. Enumerable.Range(1, 100).Select(round => Draw(Sampler.ByLoss, round, measured))];

        // Six of the twelve candidates: the mean loss is far above the mean of all, 9.5, and the smallest losses never win.
        cohorts.SelectMany(cohort => cohort).Average(worker => int.Parse(worker.AsSpan(1))).Should().BeGreaterThan(12);
        cohorts.SelectMany(cohort => cohort).Should().NotContain("w00");
    }

    [Fact]
    public void Draw_UnknownKind_NamesThoseThatThereAre() =>
        FluentActions.Invoking(() => Draw("best", 1, Workers)).Should().Throw<ArgumentException>().WithMessage("*'best'; there are uniform, size, poisson, round-robin, speed, loss*");

    private static string[] Draw(string kind, int round, SamplerWorker[] workers) => Sampler.Draw(kind, 42, round, 0, workers, 0.3, 3);
}
