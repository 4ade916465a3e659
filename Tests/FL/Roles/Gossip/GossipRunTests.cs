using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Gossip;
using FedActors.FL.Roles;
using FedActors.Storage.Gossip;
using FedActors.Storage.Training;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Roles.Gossip;

public sealed class GossipRunTests
{
    [Fact]
    public async Task Run_Landsat_EndsWithOneMeanThatCoordinatedTrainingReachesToo()
    {
        using MemoryGossipStore store = new(new string('0', 32));
        TrainingOptions training = new() { Rounds = 10 };
        using MemoryTrainingStore coordinatedStore = new();
        RunResult coordinated = await CoordinatedRun.ExecuteAsync(new CoordinatedRunSetup
        {
            Options = new FederationOptions { Training = training }, Data = new LandsatData(), Store = coordinatedStore,
        });

        GossipResult result = await GossipRun.ExecuteAsync(Setup(store, training)).Limit();

        result.ParameterHash.Should().NotBeNull();
        result.Peers.Should().HaveCount(4).And.OnlyContain(peer => peer.Status.ParameterHash == result.ParameterHash && peer.Status.Round == 10 && peer.Status.Models == 4);
        double? accuracy = coordinatedStore.ListRounds(coordinated.Run.Id)[^1].Evaluation!.Accuracy;
        result.Peers[0].Status.Accuracy.Should().BeApproximately(accuracy!.Value, 0.005);
        store.ListMetrics("A").Select(metrics => metrics.Round).Should().BeInAscendingOrder().And.NotBeEmpty();
    }

    private static GossipRunSetup Setup(IGossipStore store, TrainingOptions training) => new()
    {
        Options = new PeerOptions { Training = training }, Data = new LandsatData(), OpenStore = _ => store,
    };
}
