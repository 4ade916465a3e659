using FedActors.Crdt;

namespace FedActors.Tests.Crdt.Gossip;

/// <summary>Schedules of exchanges. What holds in all of them is in <see cref="Laws.ExchangeLaws"/>.</summary>
public sealed class GossipSimulationTests
{
    [Fact]
    public void Schedules_BodiesJudgedLater_EndInOneState()
    {
        int judged = 0;
        for (ulong seed = 0; seed < 600; seed++)
        {
            GossipSimulation simulation = new(seed, replicas: 2 + (int)(seed % 5), judgedAtOnce: 10);
            simulation.Disturb(60);
            simulation.Heal().Should().BeTrue($"seed {seed}");
            simulation.Replicas[0].State.Counter.Value.Should().Be(simulation.Acknowledged, $"seed {seed}");
            judged += simulation.Judged;
        }

        judged.Should().BeGreaterThan(600);
    }

    [Fact]
    public void Schedule_OneSeed_OneTrace()
    {
        static ContentHash Run()
        {
            GossipSimulation simulation = new(seed: 42, replicas: 5);
            simulation.Disturb(120);
            simulation.Heal();
            return simulation.Trace;
        }

        Run().Should().Be(Run());
    }

    [Theory]
    [InlineData(8)]
    [InlineData(24)]
    public void Bodies_UndisturbedNetwork_CrossItOncePerReceiver(int replicas)
    {
        const int Bytes = 600_000;
        const int Publications = 3;
        GossipSimulation simulation = new(seed: 7, replicas, disturbed: false);
        for (int publication = 0; publication < Publications; publication++)
        {
            for (int who = 0; who < replicas; who++)
            {
                simulation.Publish(who, Bytes);
            }

            simulation.Heal().Should().BeTrue();
        }

        double lowerBound = (double)Publications * replicas * (replicas - 1) * Bytes;
        (simulation.ChunkBytes / lowerBound).Should().BeInRange(1.0, 1.10);
    }
}
