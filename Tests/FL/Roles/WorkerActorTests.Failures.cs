using FedActors.Actors;
using FedActors.FL.Configuration;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.FL.Training;
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

    /// <summary>A training that is under way when its worker fails uses the site's folders until it notices. The next instance trained beside it.</summary>
    [Fact]
    public async Task Worker_FailsWhileItTrains_TrainsOnlyWhenTheFormerTrainingHasEnded()
    {
        using HeldTrainer former = new();
        await using ActorSystem system = FailingOnPurpose();
        Probe provider = new(system, "provider");
        await RestartWhileItTrainsAsync(system, provider, former);

        _training.Started.Should().Be(1, "the former training has not ended");
        former.Release();
        (await provider.Expect<ModelUpdate>()).Key.Round.Should().Be(1);
        _training.Started.Should().Be(2);
    }

    /// <summary>It waited for ever, and in silence, for a training that hangs where no token reaches it.</summary>
    [Fact]
    public async Task Worker_FormerTrainingHangs_FailsInWordsAndTrainsOnceItHasEnded()
    {
        using HeldTrainer former = new();
        await using ActorSystem system = FailingOnPurpose();
        Probe provider = new(system, "provider");
        ActorRef worker = await RestartWhileItTrainsAsync(system, provider, former);

        Task<TrainingFailed> failed = provider.Expect<TrainingFailed>();
        await Eventually.WhileAdvancing(_clock, TimeSpan.FromSeconds(1), failed);

        (await failed).Text.Should().Contain("restart this process");
        former.Release();
        provider.Tell(worker, Request(2, 1));
        (await provider.Expect<ModelUpdate>()).Key.Round.Should().Be(2);
    }

    private ActorSystem FailingOnPurpose() => new(new ActorSystemOptions
    {
        Time = _clock, Incarnation = 7,
        ReceiveMiddleware = [next => (context, envelope) => envelope.Message is "fail" ? throw new InvalidOperationException("on purpose") : next(context, envelope)],
    });

    /// <summary>A worker that failed while it trained, and has been asked for the same again.</summary>
    private async Task<ActorRef> RestartWhileItTrainsAsync(ActorSystem system, Probe provider, HeldTrainer former)
    {
        int made = 0;
        ActorRef worker = system.Spawn(
            CoordinatedRoles.Worker(_setup with
            {
                Provider = provider.Ref,
                Trainer = subject => made++ == 0 ? former : new LocalTrainer(subject.Specification, subject.Data, subject.Seed, subject.Site),
            }),
            "worker");
        _training.Release();
        await provider.Expect<RegisterWorker>();
        provider.Tell(worker, new Registered("A", false));
        provider.Tell(worker, Plan());
        provider.Tell(worker, Request(1, 1));
        await former.Entered.Task.Limit();

        worker.Tell("fail");
        Task<RegisterWorker> again = provider.Expect<RegisterWorker>();
        await Eventually.WhileAdvancing(_clock, TimeSpan.FromMilliseconds(20), again);
        provider.Tell(worker, new Registered("A", false));
        provider.Tell(worker, Plan());
        provider.Tell(worker, Request(1, 1));
        await Handled.By(worker);
        return worker;
    }

    /// <summary>Trains until it is released, whatever it is told meanwhile.</summary>
    private sealed class HeldTrainer : ITrainer, IDisposable
    {
        private readonly ManualResetEventSlim _released = new();

        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TrainingResult Train(ParameterVector global, TrainingOptions options, long round, LocalWork work, CancellationToken cancellationToken)
        {
            Entered.TrySetResult();
            _released.Wait(Eventually.Limit);
            throw new OperationCanceledException(cancellationToken);
        }

        public void Release() => _released.Set();

        public void Dispose() => _released.Dispose();
    }
}
