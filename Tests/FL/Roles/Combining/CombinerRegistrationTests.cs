using FedActors.Actors;
using FedActors.FL.Data;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;

namespace FedActors.Tests.FL.Roles.Combining;

public sealed class CombinerRegistrationTests : IAsyncDisposable
{
    private readonly ActorSystem _system = new(new ActorSystemOptions());

    public ValueTask DisposeAsync() => _system.DisposeAsync();

    /// <summary>A provider that began anew told the workers' places first, and their registrations came to it from a combiner that it did not know: under certificates with roles they were refused for good.</summary>
    [Fact]
    public async Task Combiner_WhoseProviderHasForgottenAll_RegistersBeforeItsWorkers()
    {
        (Probe provider, Probe worker) = (new Probe(_system, "provider"), new Probe(_system, "worker"));
        ActorRef combiner = _system.Spawn(CoordinatedRoles.Combiner(new CombinerSetup { MemberId = "east", Provider = provider.Ref }), "combiner");
        await provider.Expect<RegisterCombiner>();
        provider.Tell(combiner, new Registered("east", Rejoined: false));
        ReadOnlyMemory<byte> moments = FeatureMoments.Of(new TinyData().LoadSite("A")).ToBytes();
        worker.Tell(combiner, new RegisterWorker("A", "A", TinyData.Model, 60, moments, 1));
        await provider.Expect<RegisterWorker>();
        ActorRef place = provider.LastSender!;

        provider.Tell(place, new RegisterAgain("the provider failed and was restarted"));
        await Handled.By(place);
        await Handled.By(combiner);
        provider.Tell(combiner, new RegisterAgain("the provider failed and was restarted"));

        (await provider.Expect<object>()).Should().BeOfType<RegisterCombiner>();
        provider.Tell(combiner, new Registered("east", Rejoined: false));
        (await provider.Expect<RegisterWorker>()).WorkerId.Should().Be("A");
        provider.LastSender.Should().Be(place);
    }
}
