using FedActors.Actors;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Roles;

/// <content>Training that fails.</content>
public sealed partial class WorkerActorTests
{
    [Fact]
    public async Task Worker_TrainingFails_SendsTheFailuresOwnText()
    {
        ActorRef worker = await Admitted();
        _training.Release();

        _provider.Tell(worker, Request(1, 1) with { Mu = float.NaN });

        (await _provider.Expect<TrainingFailed>()).Text.Should().Contain("Mu is a finite number");
    }

    /// <summary>A reason of 300 characters was logged whole in each round and attempt.</summary>
    [Fact]
    public async Task Worker_TrainingFailsForOneReasonAgainAndAgain_LogsItOnceAndThenCounts()
    {
        using CollectedLog log = new();
        await using ActorSystem system = new(new ActorSystemOptions { Time = _clock, Incarnation = 7, LoggerFactory = log });
        Probe provider = new(system, "provider");
        ActorRef worker = system.Spawn(CoordinatedRoles.Worker(_setup with { Provider = provider.Ref }), "worker");
        await provider.Expect<RegisterWorker>();
        provider.Tell(worker, new Registered("A", false));
        provider.Tell(worker, Plan());
        _training.Release();

        for (int round = 1; round <= 3; round++)
        {
            provider.Tell(worker, Request(round, 1) with { Mu = float.NaN });
            await provider.Expect<TrainingFailed>();
        }

        log.Lines.Where(line => line.EventId is 2021 or 2025).Select(line => line.Text).Should().Equal(
            "Training of round 1 failed", "Training of round 2 failed for the same reason, which makes 2 times in a row", "Training of round 3 failed for the same reason, which makes 3 times in a row");
    }
}
