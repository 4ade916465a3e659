using FedActors.FL.Configuration;
using FedActors.FL.Protocol;

namespace FedActors.Tests.FL.Roles.Gossip;

public sealed class PeerTrafficTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void Bodies_EightPeers_CrossTheNetworkAboutOnceForEachReceiver()
    {
        using PeerWorld world = new(new WideData(8, features: 4_000), Rules(8));
        long body = 4L * 4_001 * 10;
        long received = 0;
        world.OnReceived = message =>
        {
            // Bodies of models alone: the moments of so many features are larger still, and cross once.
            if (message is GossipChunk { Chunk: { } chunk } && chunk.BodyBytes > body && chunk.BodyBytes < body + 100)
            {
                received += chunk.Bytes.Length;
            }
        };

        world.StartAll();
        world.PassUntil(() => world.Agree(), Minute, "all keep up");

        long publications = world.StatusOf("A").Publications;
        publications.Should().Be(8 * Rules(8).Training.Rounds);
        double ratio = (double)received / (publications * 7 * body);
        ratio.Should().BeInRange(1.0, 1.10);
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

    private static PeerOptions Rules(int peers) => new() { Training = new TrainingOptions { Rounds = 5, LocalEpochs = 1 }, Gossip = new GossipOptions { Peers = peers } };
}
