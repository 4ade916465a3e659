using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Roles;
using FedActors.Storage.Gossip;
using FedActors.Storage.Training;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Roles.Gossip;

/// <summary>Peers whose threads get no time for a while, again and again: the order in which they hear of each other must not matter.</summary>
public sealed class LoadedRunTests
{
    [Fact]
    public async Task Runs_UnderLoad_EndWithTheParametersOfACoordinatedRun()
    {
        TrainingOptions training = new() { Rounds = 12, LocalEpochs = 1 };
        using MemoryTrainingStore coordinatedStore = new();
        RunResult coordinated = await CoordinatedRun.ExecuteAsync(new CoordinatedRunSetup
        {
            Options = new FederationOptions { Training = training }, Data = new TinyData(), Store = coordinatedStore,
        }).Limit();
        using CancellationTokenSource over = new();
        Task[] load = [.. Enumerable.Range(0, 2 * Environment.ProcessorCount).Select(_ => Task.Factory.StartNew(() => Burn(over.Token), TaskCreationOptions.LongRunning))];

        for (int run = 0; run < 5; run++)
        {
            using MemoryGossipStore store = new(new string('0', 32));
            GossipResult result = await GossipRun.ExecuteAsync(new GossipRunSetup
            {
                Options = new PeerOptions { Training = training, Gossip = new GossipOptions { PublicationInterval = TimeSpan.FromMinutes(1) } },
                Data = new TinyData(),
                OpenStore = _ => store,
            }).Limit();

            result.ParameterHash.Should().Be(coordinated.ParameterHash);
            foreach (PeerResult peer in result.Peers)
            {
                store.ListMetrics(peer.Status.Peer).Select(metrics => metrics.ParameterHash)
                    .Should().Equal(coordinatedStore.ListRounds(coordinated.Run.Id).Select(round => round.ParameterHash));
            }
        }

        await over.CancelAsync();
        await Task.WhenAll(load);
    }

    private static void Burn(CancellationToken over)
    {
        double sum = 0;
        while (!over.IsCancellationRequested)
        {
            sum = Math.Sin(sum) + 1;
        }
    }
}
