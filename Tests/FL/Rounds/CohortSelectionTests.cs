using FedActors.FL.Numerics;
using FedActors.FL.Rounds;

namespace FedActors.Tests.FL.Rounds;

public sealed class CohortSelectionTests
{
    private static readonly string[] Workers = [.. Enumerable.Range(0, 30).Select(i => $"worker-{i:00}")];

    [Fact]
    public void Draw_AnyOrderOfRegistration_GivesTheSameCohort()
    {
        string[] expected = CohortSelection.Draw(42, 7, 0, Workers, 10);
        for (ulong seed = 0; seed < 100; seed++)
        {
            string[] shuffled = [.. Workers];
            new RandomStream(seed).Shuffle(shuffled.AsSpan());
            CohortSelection.Draw(42, 7, 0, shuffled, 10).Should().Equal(expected);
        }
    }

    [Fact]
    public void Draw_RoundSeedAndDraw_EachChangeTheCohort()
    {
        string[] one = CohortSelection.Draw(42, 7, 0, Workers, 10);

        CohortSelection.Draw(42, 8, 0, Workers, 10).Should().NotEqual(one);
        CohortSelection.Draw(43, 7, 0, Workers, 10).Should().NotEqual(one);
        CohortSelection.Draw(42, 7, 1, Workers, 10).Should().NotEqual(one);
    }

    [Fact]
    public void Draw_ManyRounds_TakesEverybodyAboutEquallyOften()
    {
        Dictionary<string, int> counts = Workers.ToDictionary(w => w, _ => 0);
        for (int round = 1; round <= 3000; round++)
        {
            foreach (string worker in CohortSelection.Draw(1, round, 0, Workers, 10))
            {
                counts[worker]++;
            }
        }

        // 1,000 expected, standard deviation 26.
        counts.Values.Should().OnlyContain(count => count > 850 && count < 1150);
    }

    [Theory]
    [InlineData(4, 1.0, 3, 4)]
    [InlineData(10, 0.2, 1, 2)]
    [InlineData(10, 0.2, 3, 3)]
    [InlineData(30, 0.1, 1, 3)]
    [InlineData(2, 0.5, 3, 2)]
    [InlineData(0, 1.0, 3, 0)]
    public void Size_FractionAndQuorum_GiveTheLarger(int workers, double fraction, int quorum, int expected) =>
        CohortSelection.Size(workers, fraction, quorum).Should().Be(expected);
}
