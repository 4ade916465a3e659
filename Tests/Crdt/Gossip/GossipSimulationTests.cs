using FedActors.Crdt;

namespace FedActors.Tests.Crdt.Gossip;

public sealed class GossipSimulationTests
{
    private const int Schedules = 2_400;

    [Fact]
    public void Schedules_LossDuplicatesReorderingPartition_EndInOneState() => Diverging(Schedules).Should().BeEmpty();

    [Fact]
    public void Schedules_BodiesJudgedLater_EndInOneState()
    {
        int judged = 0;

        Diverging(600, judgedAtOnce: 10, onEnd: simulation => judged += simulation.Judged).Should().BeEmpty();

        judged.Should().BeGreaterThan(600);
    }

    [Fact]
    public void Schedules_WithoutTheTieBreak_Diverge() =>
        Diverging(200, order: (a, b) => (a.Incarnation, a.Tick).CompareTo((b.Incarnation, b.Tick))).Should().NotBeEmpty();

    [Fact]
    public void Schedules_EverythingDeleted_NothingComesBackAndNoTombstoneStays()
    {
        (List<ulong> resurrecting, List<ulong> lingering) = Deleting(800);

        resurrecting.Should().BeEmpty();
        lingering.Should().BeEmpty();
    }

    [Fact]
    public void Schedules_WithoutTheAcknowledgementRule_BringDeletedKeysBack() => Deleting(200, forgetsAtOnce: true).Resurrecting.Should().NotBeEmpty();

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

    /// <summary>Seeds whose replicas do not agree, or have lost a count, after a bad time and a good one.</summary>
    private static List<ulong> Diverging(int schedules, Comparison<Stamp>? order = null, int judgedAtOnce = int.MaxValue, Action<GossipSimulation>? onEnd = null)
    {
        var diverging = new List<ulong>();
        for (ulong seed = 0; seed < (ulong)schedules; seed++)
        {
            GossipSimulation simulation = new(seed, replicas: 2 + (int)(seed % 5), order: order, judgedAtOnce: judgedAtOnce);
            simulation.Disturb(60);
            if (!simulation.Heal() || simulation.Replicas[0].State.Counter.Value != simulation.Acknowledged)
            {
                diverging.Add(seed);
            }

            onEnd?.Invoke(simulation);
        }

        return diverging;
    }

    /// <summary>Seeds in which a key that was deleted after all agreed has a value again, and seeds in which tombstones stay for ever.</summary>
    private static (List<ulong> Resurrecting, List<ulong> Lingering) Deleting(int schedules, bool forgetsAtOnce = false)
    {
        var resurrecting = new List<ulong>();
        var lingering = new List<ulong>();
        for (ulong seed = 0; seed < (ulong)schedules; seed++)
        {
            GossipSimulation simulation = new(seed, replicas: 3 + (int)(seed % 3), forgetsAtOnce: forgetsAtOnce);
            simulation.Disturb(40);
            bool agreed = simulation.Heal();
            simulation.DeleteAll(who: 0);
            simulation.Struggle(30);
            bool forgotten = simulation.Heal(until: () => simulation.Replicas[0].State.Map.Tombstones == 0);
            simulation.Struggle(10);
            if (!agreed || !forgotten || !simulation.Heal())
            {
                lingering.Add(seed);
            }

            if (simulation.HasSharedValue)
            {
                resurrecting.Add(seed);
            }
        }

        return (resurrecting, lingering);
    }
}
