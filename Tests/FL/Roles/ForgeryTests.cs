using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport.Memory;
using FedActors.FL.Configuration;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.Storage.Training;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Roles;

public sealed class ForgeryTests
{
    [Fact]
    public async Task Update_FromAnotherNodeInAWorkersName_IsRefusedAsForged()
    {
        MemoryTransport network = new();
        HeldScheduler training = new();
        using MemoryTrainingStore store = new();
        FederationOptions rules = new() { Training = new TrainingOptions { Rounds = 1, LocalEpochs = 1 } };
        TaskCompletionSource<RoundKey> asked = new();
        TaskCompletionSource forged = new();
        await using Federation federation = new(network, store, rules, new TinyData()) { Training = training };
        federation.OnMessage = (role, message) =>
        {
            if (role == "B" && message is TrainRequest request)
            {
                asked.TrySetResult(request.Key);
            }

            if (role == Federation.Provider && message is ModelUpdate { Loss: 77 })
            {
                forged.TrySetResult();
            }
        };
        await federation.StartAllAsync();
        RoundKey key = await asked.Task.Limit();
        await using ActorSystem hostile = new(new ActorSystemOptions
        {
            Node = "hostile",
            Remoting = new RemotingOptions { Transport = network, Registry = CoordinatedProtocol.Register(new MessageRegistryBuilder()).Build() },
        });
        ActorRef provider = hostile.Remote.Connect(federation.ProviderAddress).ActorOf(CoordinatedRoles.ProviderName);
        NobodyRef worker = new(hostile, federation.SystemOf("B").Find("B")!.Path);

        provider.Tell(new ModelUpdate(key, "B", new float[TinyData.Model.Layout.Count], 61, 77, 0.5, TimeSpan.Zero), worker);
        await forged.Task.Limit();
        training.Release();

        RunResult result = await federation.Completion.Task.Limit();
        RoundRecord round = store.LatestRound(result.Run.Id)!;
        round.Refusals.Should().ContainSingle().Which.Should().BeEquivalentTo(new { WorkerId = "B", Reason = "forged" });
        round.Participants.Should().HaveCount(4).And.NotContain(participant => participant.Loss == 77);
    }
}
