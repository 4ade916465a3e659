using FedActors.Scripts.Scenarios;

namespace FedActors.Tests.Scripts.Scenarios;

public sealed class ClientTimesTests
{
    [Fact]
    public void Median_OfSeveralRounds_LeavesTheFirstOut()
    {
        ClientTimes times = new();
        times.Begin(Seconds(10));
        times.Add(Seconds(30), 10);
        times.Add(Seconds(31), 10);
        times.Add(Seconds(34), 10);
        times.Add(Seconds(42), 20);

        times.FindMedian().Should().Be(Seconds(0.3), "rounds took 0.1, 0.3 and 0.4 s a client after the first");
        times.Add(Seconds(44), 10);
        times.FindMedian().Should().Be(Seconds(0.25));
        times.Add(Seconds(60), 0);
        times.FindMedian().Should().Be(Seconds(0.25), "nobody took part");
    }

    [Fact]
    public void Median_OfOneRound_IsThatRound()
    {
        ClientTimes times = new();
        times.Begin(Seconds(5));
        times.FindMedian().Should().BeNull();
        times.Add(Seconds(7), 4);

        times.FindMedian().Should().Be(Seconds(0.5));
        times.Begin(Seconds(9));
        times.FindMedian().Should().BeNull("a run's rounds are its own");
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
