using FedActors.Actors;
using FedActors.Actors.Mailboxes;
using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.Storage.Training;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Roles;

public sealed class CrowdedNodeTests
{
    [Fact]
    public async Task Worker_WithNoRoomForItsRequestNow_GetsItLaterWhileOthersGoOn()
    {
        using MemoryTrainingStore store = new();
        await using ActorSystem system = new(new ActorSystemOptions { Time = new ManualTimeProvider() });
        TinyData data = new(2);
        ActorRef provider = system.Spawn(
            CoordinatedRoles.Provider(new ProviderSetup
            {
                Options = new FederationOptions { Participation = new ParticipationOptions { Workers = 2, MinWorkers = 2 } },
                Store = store, Data = "tiny", ExpectsEvaluator = false,
            }),
            "provider");
        Probe aggregator = new(system, "aggregator");
        Probe other = new(system, "other");
        TaskCompletionSource open = new();
        TaskCompletionSource<TrainRequest> asked = new();
        ActorRef crowded = system.Spawn(
            Props.FromBehaviour(async (_, message) =>
            {
                await open.Task.Limit();
                if (message is TrainRequest request)
                {
                    asked.TrySetResult(request);
                }
            }) with { Mailbox = new MailboxOptions { Capacity = 1 } },
            "crowded");
        Register(provider, data, "A", crowded);
        aggregator.Tell(provider, new RegisterAggregator("aggregator", 1));
        Register(provider, data, "B", other.Ref);

        (await other.Expect<TrainRequest>()).Key.Round.Should().Be(1);
        asked.Task.IsCompleted.Should().BeFalse();
        open.SetResult();

        (await asked.Task.Limit()).Key.Round.Should().Be(1);
    }

    private static void Register(ActorRef provider, TinyData data, string site, ActorRef worker)
    {
        DataSet rows = data.LoadSite(site);
        provider.Tell(new RegisterWorker(site, site, TinyData.Model, rows.Count, FeatureMoments.Of(rows).ToBytes(), 1), worker);
    }
}
