using FedActors.Actors;
using FedActors.Actors.Supervision;
using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.FL.Rounds;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Roles;

public sealed partial class WorkerActorTests : IAsyncDisposable
{
    private const string Run = "run1";

    private readonly ManualTimeProvider _clock = new();
    private readonly HeldScheduler _training = new();
    private readonly ActorSystem _system;
    private readonly Probe _provider;
    private readonly TinyData _data = new();
    private readonly WorkerSetup _setup;

    public WorkerActorTests()
    {
        _system = new ActorSystem(new ActorSystemOptions { Time = _clock, Incarnation = 7 });
        _provider = new Probe(_system, "provider");
        DataSet data = _data.LoadSite("A");
        _setup = new WorkerSetup
        {
            MemberId = "A", Provider = _provider.Ref, Site = "A", Specification = TinyData.Model, Data = data, Moments = FeatureMoments.Of(data), Training = _training,
        };
    }

    public async ValueTask DisposeAsync()
    {
        _training.Release();
        await _system.DisposeAsync();
    }

    [Fact]
    public async Task Worker_Started_RegistersWithItsDataAndMoments()
    {
        _system.Spawn(CoordinatedRoles.Worker(_setup), "worker");

        RegisterWorker message = await _provider.Expect<RegisterWorker>();

        message.Should().BeEquivalentTo(new { WorkerId = "A", Site = "A", Samples = 60L, Incarnation = 7L });
        message.Specification.Should().Be(TinyData.Model);
        FeatureMoments.TryParse(message.Moments.Span, out FeatureMoments? moments).Should().BeTrue();
        moments!.Count.Should().Be(60);
    }

    [Fact]
    public async Task Worker_NoAnswer_RegistersAgainWithGrowingPauses()
    {
        _system.Spawn(CoordinatedRoles.Worker(_setup), "worker");
        await _provider.Expect<RegisterWorker>();
        foreach (int seconds in new[] { 2, 4, 5, 5 })
        {
            await Armed(1);
            _clock.Advance(TimeSpan.FromSeconds(seconds));
            await _provider.Expect<RegisterWorker>();
        }
    }

    [Fact]
    public async Task Worker_RefusedForNow_TriesAgain()
    {
        ActorRef worker = _system.Spawn(CoordinatedRoles.Worker(_setup), "worker");
        await _provider.Expect<RegisterWorker>();
        _provider.Tell(worker, new RegistrationRefused("A", "duplicate_member", "another is alive", MayPass: true));
        Task<RegisterWorker> again = _provider.Expect<RegisterWorker>();

        await Eventually.WhileAdvancing(_clock, TimeSpan.FromSeconds(1), again);

        (await again).WorkerId.Should().Be("A");
    }

    [Fact]
    public async Task Worker_RefusedForGood_EndsWithTheReason()
    {
        ActorRef worker = _system.Spawn(CoordinatedRoles.Worker(_setup), "worker");
        await _provider.Expect<RegisterWorker>();

        _provider.Tell(worker, new RegistrationRefused("A", "mismatched_model", "classes: 3 expected, 2 found", MayPass: false));

        MemberResult result = await _setup.Completion.Task;
        result.Refusal!.Text.Should().Contain("classes");
        await Eventually.True(() => _system.Find("worker") is null);
    }

    [Fact]
    public async Task Worker_Asked_AnswersAsTheTrainerAloneWould()
    {
        ActorRef worker = await Admitted();
        _training.Release();

        _provider.Tell(worker, Request(1, 1));

        ModelUpdate update = await _provider.Expect<ModelUpdate>();
        RunPlan plan = Plan();
        FedActors.FL.Training.LocalTrainer trainer = new(TinyData.Model, plan.ToStandardiser().Apply(_setup.Data), plan.Seed, "A");
        ParameterVector expected = trainer.Train(Start(), plan.Training, 1).Parameters;
        update.Parameters.ToVector(TinyData.Model.Layout).Hash().Should().Be(expected.Hash());
        update.Key.Should().Be(new RoundKey(Run, 1, 1));
        update.Samples.Should().Be(60);
    }

    [Fact]
    public async Task Worker_AskedAgainAfterwards_AnswersFromMemory()
    {
        ActorRef worker = await Admitted();
        _training.Release();
        _provider.Tell(worker, Request(1, 1));
        ModelUpdate first = await _provider.Expect<ModelUpdate>();
        int trainings = _training.Started;

        _provider.Tell(worker, Request(1, 2));
        ModelUpdate second = await _provider.Expect<ModelUpdate>();

        second.Key.Attempt.Should().Be(2);
        second.Parameters.Equals(first.Parameters).Should().BeTrue("it is the very same array");
        _training.Started.Should().Be(trainings);
    }

    [Fact]
    public async Task Worker_ToldOfTheRunsEndByAStranger_KeepsWhatItHas()
    {
        ActorRef worker = await Admitted();
        _training.Release();
        _provider.Tell(worker, Request(1, 1));
        ModelUpdate first = await _provider.Expect<ModelUpdate>();

        new Probe(_system, "stranger").Tell(worker, new RunEnded(Run, RunOutcome.Stopped, "says who", 0, null));
        _provider.Tell(worker, Request(1, 2));

        (await _provider.Expect<ModelUpdate>()).Parameters.Equals(first.Parameters).Should().BeTrue("it still has its plan and its update");
    }

    [Fact]
    public async Task Worker_AskedAgainMeanwhile_TrainsOnceAndAnswersTheNewestAttempt()
    {
        ActorRef worker = await Admitted();
        _provider.Tell(worker, Request(1, 1));
        _provider.Tell(worker, Request(1, 2));
        await Handled.By(worker);
        _training.Release();

        ModelUpdate update = await _provider.Expect<ModelUpdate>();

        update.Key.Attempt.Should().Be(2);
        _training.Started.Should().Be(1);
    }

    [Fact]
    public async Task Worker_AskedFromOtherParameters_TrainsAnew()
    {
        ActorRef worker = await Admitted();
        _training.Release();
        _provider.Tell(worker, Request(1, 1));
        ModelUpdate first = await _provider.Expect<ModelUpdate>();

        _provider.Tell(worker, Request(1, 1) with { BaseHash = "other", Parameters = new float[TinyData.Model.Layout.Count] });
        ModelUpdate second = await _provider.Expect<ModelUpdate>();

        second.Parameters.Span.SequenceEqual(first.Parameters.Span).Should().BeFalse();
    }

    [Fact]
    public async Task Worker_NewerRound_CancelsTheOlder()
    {
        ActorRef worker = await Admitted();
        _provider.Tell(worker, Request(1, 1));
        _provider.Tell(worker, Request(2, 1));
        await Handled.By(worker);
        _training.Release();

        (await _provider.Expect<ModelUpdate>()).Key.Round.Should().Be(2);
    }

    [Fact]
    public async Task Worker_Training_StillAnswersHealthChecks()
    {
        ActorRef worker = await Admitted();
        _provider.Tell(worker, Request(1, 1));
        await Eventually.True(() => _training.Queued > 0);

        HealthAck ack = await worker.AskAsync<HealthAck>(HealthPing.Instance, TimeSpan.FromSeconds(1));

        ack.Actor.Should().Be(worker);
    }

    [Fact]
    public async Task Worker_RequestWithoutPlan_SaysSo()
    {
        ActorRef worker = _system.Spawn(CoordinatedRoles.Worker(_setup), "worker");
        await _provider.Expect<RegisterWorker>();
        _provider.Tell(worker, new Registered("A", false));

        _provider.Tell(worker, Request(1, 1));

        (await _provider.Expect<TrainingFailed>()).Text.Should().Contain("no plan of run run1");
    }

    [Fact]
    public async Task Worker_RequestOfAnotherShape_SaysSo()
    {
        ActorRef worker = await Admitted();

        _provider.Tell(worker, Request(1, 1) with { Parameters = new float[3] });

        (await _provider.Expect<TrainingFailed>()).Text.Should().Contain("3 parameters; the model has 15");
    }

    /// <summary>A run that began anew under its id, on a store that was put back, may have other sites and so another plan. The worker kept the old one.</summary>
    [Fact]
    public async Task Worker_OtherPlanOfTheSameRun_TrainsByThat()
    {
        ActorRef worker = await Admitted();
        _training.Release();
        _provider.Tell(worker, Request(1, 1));
        ModelUpdate first = await _provider.Expect<ModelUpdate>();

        _provider.Tell(worker, Plan() with { Mean = new double[] { -0.5, 1, 0, 0 } });
        _provider.Tell(worker, Request(1, 1));

        (await _provider.Expect<ModelUpdate>()).Parameters.ToArray().Should().NotEqual(first.Parameters.ToArray());
    }

    /// <summary>What a former provider said was handled after a restart of the worker, which then listened to that one for ever.</summary>
    [Fact]
    public async Task Worker_HearsAFormerProviderFirst_ListensToItsSuccessor()
    {
        await _system.StopAndWaitAsync(_provider.Ref);
        Probe successor = new(_system, "provider");
        ActorRef worker = _system.Spawn(CoordinatedRoles.Worker(_setup), "worker");

        _provider.Tell(worker, new Registered("A", false));
        successor.Tell(worker, new Registered("A", false));
        successor.Tell(worker, new RunEnded(Run, RunOutcome.Finished, null, 3, "hash"));

        (await _setup.Completion.Task).Ended!.CommittedRounds.Should().Be(3);
    }

    [Fact]
    public async Task Worker_Stranger_CannotMakeItTrainOrEnd()
    {
        ActorRef worker = await Admitted();
        Probe stranger = new(_system, "stranger");

        stranger.Tell(worker, Request(1, 1));
        stranger.Tell(worker, new RunEnded(Run, RunOutcome.Finished, null, 1, null));
        await Handled.By(worker);

        _training.Queued.Should().Be(0);
        _setup.Completion.Task.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task Worker_UnknownToTheProvider_RegistersAtOnce()
    {
        ActorRef worker = await Admitted();

        _provider.Tell(worker, new UpdateRefused(new RoundKey(Run, 1, 1), "A", "unknown_worker", "no worker A is registered"));

        await _provider.Expect<RegisterWorker>();
    }

    [Fact]
    public async Task Worker_TrainerOfItsOwnFails_SaysWhyInItsWords()
    {
        ActorRef worker = await Admitted(_setup with { Trainer = _ => throw new InvalidOperationException("there is no such framework here") });
        _training.Release();

        _provider.Tell(worker, Request(1, 1));

        (await _provider.Expect<TrainingFailed>()).Text.Should().Contain("there is no such framework here");
    }

    [Fact]
    public async Task Worker_RunEnds_StopsUnlessItStays()
    {
        ActorRef worker = await Admitted();

        _provider.Tell(worker, new RunEnded(Run, RunOutcome.Finished, null, 3, "hash"));

        (await _setup.Completion.Task).Ended!.CommittedRounds.Should().Be(3);
        await Eventually.True(() => _system.Find("worker") is null);
    }

    [Fact]
    public async Task Worker_StaysAndProviderEnds_LooksForTheNextOne()
    {
        ActorRef worker = await Admitted(_setup with { StaysAfterRun = true });
        _provider.Tell(worker, new RunEnded(Run, RunOutcome.Finished, null, 3, "hash"));
        await Handled.By(worker);

        await _system.StopAndWaitAsync(_provider.Ref);

        await Armed(1);
        _setup.Completion.Task.IsCompleted.Should().BeFalse();
    }

    private static RunPlan Plan() => new(
        Run, 42, TinyData.Model, new TrainingOptions { LocalEpochs = 2 }, new double[] { 0.5, 0, 0, 0 }, new double[] { 1, 2, 1, 1 }, []);

    private static ParameterVector Start() => InitialParameters.Draw(TinyData.Model, 42);

    private static TrainRequest Request(int round, int attempt) => new(new RoundKey(Run, round, attempt), Start().Hash(), Start().Memory, 0);

    private async Task<ActorRef> Admitted(WorkerSetup? setup = null)
    {
        ActorRef worker = _system.Spawn(CoordinatedRoles.Worker(setup ?? _setup), "worker");
        await _provider.Expect<RegisterWorker>();
        _provider.Tell(worker, new Registered("A", false));
        _provider.Tell(worker, Plan());
        return worker;
    }

    private Task Armed(int timers) => Eventually.True(() => _clock.ArmedTimers >= timers);
}
