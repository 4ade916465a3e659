using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Data.Preparation;
using FedActors.FL.Roles;
using FedActors.Storage.Gossip;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Roles.Gossip;

/// <summary>Regions in which no two share a class: a peer that does not learn from the others knows a third of what there is.</summary>
public sealed class EuroSatGossipTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Peers_OfDisjointClasses_LearnAllOfThem()
    {
        EuroSatFeatures.Write(_folder["features.npz"]);
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
}
