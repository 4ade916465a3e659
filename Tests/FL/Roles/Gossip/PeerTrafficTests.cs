using FedActors.FL.Configuration;
using FedActors.FL.Gossip;
using FedActors.FL.Protocol;
using Xunit.Abstractions;

namespace FedActors.Tests.FL.Roles.Gossip;

public sealed class PeerTrafficTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>All that the nodes send while they learn, frames and all, against one body for each receiver of each publication.</summary>
    [Fact]
    public void Bytes_EightPeersThatLearn_AreAboutOneBodyForEachReceiver()
    {
        using PeerWorld world = new(new WideData(8, features: 4_000), Rules(8));
        long body = 4L * 4_001 * 10;
        long bodies = 0;
        world.OnReceived = message => bodies += message is GossipChunk { Chunk: { } chunk } && chunk.BodyBytes > body && chunk.BodyBytes < body + 100 ? chunk.Bytes.Length : 0;
        world.StartAll();
        world.PassUntil(() => world.Peers.All(peer => world.StatusOf(peer).Phase != LearningPhase.AwaitingStandard), Minute, "all have met");
        long met = world.Peers.Sum(world.BytesSentBy);

        world.PassUntil(() => world.Agree(), Minute, "all keep up");

        long publications = world.StatusOf("A").Publications;
        publications.Should().Be(8 * Rules(8).Training.Rounds);
        double bound = publications * 7 * body;
        double all = (world.Peers.Sum(world.BytesSentBy) - met) / bound;
        output.WriteLine($"{publications} publications: bodies {bodies / bound:0.000}, all bytes {all:0.000} times one body for each receiver; before, {met:N0} bytes, {met / (56.0 * body):0.000} times one body for each pair");
        (bodies / bound).Should().BeInRange(1.0, 1.10);
        all.Should().BeInRange(1.0, 1.10);
    }

    [Fact]
    public void Idle_PeersThatAgree_SendLessThanAKilobyteASecond()
    {
        using PeerWorld world = new(8);
        world.StartAll();
        world.PassUntil(() => world.Agree(), Minute, "all keep up");
        world.Pass(TimeSpan.FromSeconds(10));
        long[] before = [.. world.Peers.Select(world.BytesSentBy)];

        world.Pass(TimeSpan.FromSeconds(120));

        double[] rates = [.. world.Peers.Select((peer, i) => (world.BytesSentBy(peer) - before[i]) / 120.0)];
        rates.Should().OnlyContain(rate => rate > 0 && rate < 1_000, $"rates are {string.Join(", ", rates.Select(rate => rate.ToString("0")))} bytes a second");
    }

    [Fact]
    public void Bandwidth_ThatIsBounded_StretchesPublicationsAndSaysSoOnce()
    {
        long model = sizeof(float) * TinyData.Model.Layout.Count;
        using PeerWorld world = new(4, Rules(4) with { Gossip = new GossipOptions { MaxBytesPerSecond = 3 * model / 5 } });
        world.StartAll();
        world.PassUntil(() => world.StatusOf("A").Phase != LearningPhase.AwaitingStandard, Minute, "all have met");

        TimeSpan took = world.PassUntil(() => world.Agree(), Minute, "all keep up");

        took.Should().BeGreaterThan(TimeSpan.FromSeconds(5 * 4), "three models fit five seconds, and there are four waits between five rounds");
        world.Log.Lines.Where(line => line.Text.StartsWith("Publications are stretched to one in 5 s")).Should().HaveCount(4, "each peer says it once");
    }

    private static PeerOptions Rules(int peers) => new() { Training = new TrainingOptions { Rounds = 5, LocalEpochs = 1 }, Gossip = new GossipOptions { Peers = peers } };
}
