using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Data.Preparation;
using FedActors.FL.Numerics;
using FedActors.FL.Roles;
using FedActors.Storage.Gossip;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Roles.Gossip;

/// <summary>Regions in which no two share a class: a peer that does not learn from the others knows a third of what there is.</summary>
public sealed class EuroSatGossipTests : IDisposable
{
    private const int Features = 512;
    private const int Rows = 3_000;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Peers_OfDisjointClasses_LearnAllOfThem()
    {
        Write();
        EuroSatPreparation.Prepare(_folder["features.npz"], _folder["regions"], new EuroSatOptions());
        using MemoryGossipStore store = new(new string('0', 32));

        GossipResult result = await GossipRun.ExecuteAsync(new GossipRunSetup
        {
            Options = new PeerOptions { Training = new TrainingOptions { Rounds = 20, LocalEpochs = 1 }, Gossip = new GossipOptions { Peers = 3 } },
            Data = new DataFolder(_folder["regions"]),
            OpenStore = _ => store,
        }).Limit();

        result.ParameterHash.Should().NotBeNull();
        result.Peers.Should().OnlyContain(peer => peer.Status.Models == 3 && peer.Status.Accuracy >= 0.99);
    }

    /// <summary>Features as a network's last layer gives them: not negative, each class around a centre of its own.</summary>
    private void Write()
    {
        RandomStream random = new(42);
        float[] centres = [.. Enumerable.Range(0, 10 * Features).Select(_ => (float)random.NextGaussian())];
        float[] features = new float[Rows * Features];
        long[] labels = new long[Rows];
        for (int row = 0; row < Rows; row++)
        {
            labels[row] = row % 10;
            for (int feature = 0; feature < Features; feature++)
            {
                features[(row * Features) + feature] = Math.Max(0, centres[(labels[row] * Features) + feature] + (float)random.NextGaussian());
            }
        }

        NpzWriter.Write(_folder["features.npz"], [new("features", NpyArray.Of(features, Rows, Features)), new("labels", NpyArray.Of(labels, Rows))]);
    }
}
