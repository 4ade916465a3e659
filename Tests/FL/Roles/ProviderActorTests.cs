using FedActors.Actors;
using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.FL.Rounds;
using FedActors.Storage.Training;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Roles;

/// <summary>A provider among members that a test plays.</summary>
public sealed class ProviderActorTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly ActorSystem _system;
    private readonly MemoryTrainingStore _store = new();
    private readonly RecordingObserver _observer = new();
    private readonly TinyData _data = new(3);
    private readonly Dictionary<string, Probe> _workers = [];
    private readonly ProviderSetup _setup;
    private readonly ActorRef _provider;
    private readonly Probe _aggregator;
    private readonly Probe _evaluator;

    public ProviderActorTests()
    {
        _system = new ActorSystem(new ActorSystemOptions { Time = _clock });
        _setup = new ProviderSetup
        {
            Options = new FederationOptions
            {
                Training = new TrainingOptions { Rounds = 2 },
                Participation = new ParticipationOptions { Workers = 3, MinWorkers = 2, MaxAttempts = 2 },
            },
            Store = _store,
            Data = "tiny",
            Observer = _observer,
        };
        _provider = _system.Spawn(CoordinatedRoles.Provider(_setup), "provider");
        _aggregator = new Probe(_system, "aggregator");
        _evaluator = new Probe(_system, "evaluator");
    }

    public async ValueTask DisposeAsync()
    {
        await _system.DisposeAsync();
        _store.Dispose();
    }

    [Fact]
    public async Task Provider_AllRegistered_SendsOnePlanThatAllSitesShare()
    {
        await Begin();

        RunPlan plan = await _evaluator.Expect<RunPlan>();

        Standardiser expected = FeatureMoments.Of(_data.LoadSite("C")).Merge(FeatureMoments.Of(_data.LoadSite("A"))).Merge(FeatureMoments.Of(_data.LoadSite("B"))).ToStandardiser();
        plan.Mean.ToArray().Should().Equal(expected.Means.ToArray());
        plan.Scale.ToArray().Should().Equal(expected.Scales.ToArray());
        plan.Sites.Select(site => site.Site).Should().Equal("A", "B", "C");
        (await _workers["B"].Expect<RunPlan>()).ToBytes().Should().Equal(plan.ToBytes());
        _store.FindRun(plan.RunId)!.Plan.ToArray().Should().Equal(plan.ToBytes());
    }

    [Fact]
    public async Task Provider_Round_IsDurableBeforeAnyoneHearsOfIt()
    {
        await Begin();
        TrainRequest request = await Collect("A", "B", "C");
        (await _aggregator.Expect<OpenRound>()).Key.Should().Be(request.Key);
        string[] accumulated = [(await _aggregator.Expect<AccumulateUpdate>()).WorkerId, (await _aggregator.Expect<AccumulateUpdate>()).WorkerId, (await _aggregator.Expect<AccumulateUpdate>()).WorkerId];
        accumulated.Should().Equal("A", "B", "C");
        await _aggregator.Expect<CloseRound>();
        _aggregator.Tell(_provider, new AggregatedResult(request.Key, Model(3).Memory, accumulated));
        EvaluateModel model = await _evaluator.Expect<EvaluateModel>();
        _store.LatestRound(request.Key.RunId).Should().BeNull("it is not evaluated yet");

        _evaluator.Tell(_provider, Evaluation(model));

        GlobalModelBroadcast broadcast = await _workers["A"].Expect<GlobalModelBroadcast>();
        RoundRecord stored = _store.LatestRound(request.Key.RunId)!;
        broadcast.ParameterHash.Should().Be(stored.ParameterHash).And.Be(Model(3).Hash());
        stored.Evaluation!.Accuracy.Should().Be(0.5);
        stored.ChangeNorm.Should().BePositive();
        (await _workers["A"].Expect<TrainRequest>()).BaseHash.Should().Be(stored.ParameterHash);
    }

    [Fact]
    public async Task Provider_BadUpdates_AreRefusedCountedToldBackAndHarmless()
    {
        await Begin();
        TrainRequest request = await _workers["A"].Expect<TrainRequest>();
        RoundKey key = request.Key;
        Probe stranger = new(_system, "stranger");
        (Probe From, ModelUpdate Update, string Code)[] hostile =
        [
            (_workers["C"], Update("C", key) with { Parameters = new float[4] }, "wrong_shape"),
            (_workers["C"], Update("C", key) with { Parameters = Broken(float.NaN) }, "non_finite"),
            (_workers["C"], Update("C", key) with { Parameters = Broken(1e30f) }, "out_of_range"),
            (_workers["C"], Update("C", key) with { Samples = 1_000_000 }, "out_of_range"),
            (_workers["C"], Update("C", key) with { Loss = double.PositiveInfinity }, "non_finite"),
            (_workers["C"], Update("A", key), "forged"),
            (stranger, Update("A", key), "forged"),
            (stranger, Update("nobody", key), "unknown_worker"),
            (_workers["C"], Update("C", key with { Round = 2 }), "future"),
            (_workers["C"], Update("C", key with { RunId = "other" }), "wrong_run"),
            (_workers["C"], Update("C", key with { Attempt = 3 }), "wrong_attempt"),
        ];
        foreach ((Probe from, ModelUpdate update, string code) in hostile)
        {
            from.Tell(_provider, update);
            UpdateRefused refused = await from.Expect<UpdateRefused>();
            refused.Code.Should().Be(code);
            refused.Text.Should().NotBeEmpty();
        }

        _workers["A"].Tell(_provider, Update("A", key));
        _workers["A"].Tell(_provider, Update("A", key));
        (await _workers["A"].Expect<UpdateRefused>()).Code.Should().Be("duplicate");
        _workers["B"].Tell(_provider, Update("B", key));
        await Finish(key, "A", "B");

        RoundRecord stored = await Eventually.NotNull(() => _store.LatestRound(key.RunId));
        stored.Participants.Select(p => p.WorkerId).Should().Equal("A", "B");
        stored.Refusals.Select(r => r.Reason).Should().Equal([.. hostile.Select(h => h.Code), "duplicate"]);
        _workers["A"].Tell(_provider, Update("A", key));
        (await _workers["A"].Expect<UpdateRefused>()).Code.Should().Be("stale");
    }

    [Fact]
    public async Task Provider_WorkerDoesNotFit_IsToldFieldByField()
    {
        Register("A");
        Probe odd = new(_system, "odd");
        ModelSpecification model = new(ModelSpecification.Softmax, 4, 2);
        DataSet data = new(4, 2, new float[8], new int[2]);

        odd.Tell(_provider, new RegisterWorker("Z", "north", model, 2, FeatureMoments.Of(data).ToBytes(), 1));

        RegistrationRefused refused = await odd.Expect<RegistrationRefused>();
        refused.Text.Should().Contain("classes: 3 expected, 2 found");
        refused.MayPass.Should().BeFalse();
        _observer.Members.Should().Contain(change => change.MemberId == "Z" && change.Kind == MemberChangeKind.Refused);
    }

    [Fact]
    public async Task Provider_MomentsDamagedOrOfOtherRows_AreRefused()
    {
        Probe odd = new(_system, "odd");
        odd.Tell(_provider, new RegisterWorker("Z", "north", TinyData.Model, 2, new byte[] { 9, 9 }, 1));
        (await odd.Expect<RegistrationRefused>()).Text.Should().Contain("damaged");

        odd.Tell(_provider, new RegisterWorker("Z", "north", TinyData.Model, 2, FeatureMoments.Of(_data.LoadSite("A")).ToBytes(), 1));
        (await odd.Expect<RegistrationRefused>()).Text.Should().Contain("2 examples").And.Contain("moments are of 60");
    }

    [Fact]
    public async Task Provider_DeadlineWithQuorum_ClosesWithoutTheStraggler()
    {
        await Begin();
        TrainRequest request = await Collect("A", "B");
        await Eventually.True(() => _observer.Summary is not null);
        await Handled.By(_provider);

        _clock.Advance(TimeSpan.FromSeconds(30));
        await Finish(request.Key, "A", "B");

        RoundRecord stored = await Eventually.NotNull(() => _store.LatestRound(request.Key.RunId));
        stored.Refusals.Should().ContainSingle().Which.Should().BeEquivalentTo(new { WorkerId = "C", Reason = "no_answer" });
        stored.Timings.Total.Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Provider_TooFewTwice_EndsBelowParticipationAndTellsAll()
    {
        await Begin();
        for (int attempt = 1; attempt <= 2; attempt++)
        {
            await Collect("A");
            await Handled.By(_provider);
            _clock.Advance(TimeSpan.FromSeconds(30));
        }

        RunResult result = await _setup.Completion.Task;
        result.Outcome.Should().Be(RunOutcome.BelowParticipation);
        result.Reason.Should().MatchRegex("missing: B, C \\([^()]+\\)\\.$", "one cause is told once for all");
        (await _workers["C"].Expect<RunEnded>()).Outcome.Should().Be(RunOutcome.BelowParticipation);
        _store.FindRun(result.Run.Id)!.Status.Should().Be(RunStatus.BelowParticipation);
        Register("late");
        (await _workers["late"].Expect<RunEnded>()).RunId.Should().Be(result.Run.Id);
    }

    [Fact]
    public async Task Provider_AggregateUnsound_IsAskedForAgain()
    {
        await Begin();
        TrainRequest request = await Collect("A", "B", "C");
        await _aggregator.Expect<CloseRound>();

        _aggregator.Tell(_provider, new AggregatedResult(request.Key, Broken(float.NaN), ["A", "B", "C"]));

        (await _aggregator.Expect<OpenRound>()).Key.Attempt.Should().Be(2);
        (await _workers["B"].Expect<TrainRequest>()).Key.Attempt.Should().Be(2);
    }

    [Fact]
    public async Task Provider_EvaluationOfOtherParameters_IsNotTaken()
    {
        await Begin();
        TrainRequest request = await Collect("A", "B", "C");
        await _aggregator.Expect<CloseRound>();
        _aggregator.Tell(_provider, new AggregatedResult(request.Key, Model(3).Memory, ["A", "B", "C"]));
        EvaluateModel model = await _evaluator.Expect<EvaluateModel>();

        _evaluator.Tell(_provider, Evaluation(model) with { ParameterHash = "other" });

        await _workers["A"].Expect<GlobalModelBroadcast>();
        RoundRecord stored = _store.LatestRound(request.Key.RunId)!;
        stored.Evaluation.Should().BeNull();
        stored.Refusals.Should().ContainSingle().Which.Reason.Should().Be("evaluation_failed");
    }

    [Fact]
    public async Task Provider_StrangersByTheThousand_LeaveNothingBehind()
    {
        await Begin();
        RoundKey key = (await _workers["A"].Expect<TrainRequest>()).Key;
        Probe stranger = new(_system, "stranger");
        for (int i = 0; i < 1000; i++)
        {
            stranger.Tell(_provider, Update("nobody", key));
        }

        for (int i = 0; i < 1000; i++)
        {
            (await stranger.Expect<UpdateRefused>()).Code.Should().Be("unknown_worker");
        }

        await Collect("B", "C");
        _workers["A"].Tell(_provider, Update("A", key));
        await Finish(key, "A", "B", "C");
        (await Eventually.NotNull(() => _store.LatestRound(key.RunId))).Refusals.Should().HaveCount(RoundLimits.MaxListedRefusals + 1);
    }

    [Fact]
    public async Task Provider_AggregatorTakesNoMoreUpdates_AsksAgainInsteadOfWaitingForIt()
    {
        TaskCompletionSource entered = new();
        TaskCompletionSource never = new();
        ActorRef hung = _system.Spawn(
            Props.FromBehaviour(async (context, message) =>
            {
                if (message is "register")
                {
                    _provider.Tell(new RegisterAggregator("aggregator", 1), context.Self);
                }
                else if (message is AccumulateUpdate)
                {
                    entered.TrySetResult();
                    await never.Task;
                }
            }),
            "hung");
        hung.Tell("register");
        _evaluator.Tell(_provider, new RegisterEvaluator("evaluator", "test", TinyData.Model, 10, 1));
        foreach (string worker in new[] { "A", "B", "C" })
        {
            Register(worker);
        }

        TrainRequest request = await _workers["A"].Expect<TrainRequest>();
        _workers["A"].Tell(_provider, Update("A", request.Key));
        await entered.Task.WaitAsync(Eventually.Limit, TimeProvider.System);
        while (hung.TryTell("more"))
        {
        }

        int armed = _clock.ArmedTimers;
        _workers["B"].Tell(_provider, Update("B", request.Key));
        await Eventually.True(() => _clock.ArmedTimers > armed, "the provider waits for room in the aggregator's mailbox, and not for ever");
        _clock.Advance(_setup.Options.Participation.RoleTimeout);

        (await _workers["A"].Expect<TrainRequest>()).Key.Should().Be(request.Key with { Attempt = 2 });
        _observer.Waits.Should().Contain(wait => wait.Contains("took no update within 10 s"));
        never.SetResult();
    }

    private static ParameterVector Model(float value)
    {
        ParameterVector vector = new(TinyData.Model.Layout);
        vector.AsSpan().Fill(value);
        return vector;
    }

    private static float[] Broken(float value)
    {
        float[] values = new float[TinyData.Model.Layout.Count];
        values[7] = value;
        return values;
    }

    private static ModelUpdate Update(string worker, RoundKey key) => new(key, worker, Model(2).Memory, 50, 0.5, 0.75, TimeSpan.FromMilliseconds(1));

    private static EvaluationResult Evaluation(EvaluateModel model) => new(model.Key, model.ParameterHash, 10, 0.5, 1, new double[3], new long[9]);

    private void Register(string worker)
    {
        Probe probe = _workers[worker] = new Probe(_system, $"worker-{worker}");
        DataSet data = _data.LoadSite(_data.Manifest.FindSite(worker) is null ? "A" : worker);
        probe.Tell(_provider, new RegisterWorker(worker, worker, TinyData.Model, data.Count, FeatureMoments.Of(data).ToBytes(), 1));
    }

    private async Task Begin()
    {
        Register("B");
        Register("C");
        _aggregator.Tell(_provider, new RegisterAggregator("aggregator", 1));
        _evaluator.Tell(_provider, new RegisterEvaluator("evaluator", "test", TinyData.Model, 100, 1));
        Register("A");
        await _workers["A"].Expect<Registered>();
    }

    private async Task<TrainRequest> Collect(params string[] workers)
    {
        TrainRequest? request = null;
        foreach (string worker in workers)
        {
            request = await _workers[worker].Expect<TrainRequest>();
            _workers[worker].Tell(_provider, Update(worker, request.Key));
        }

        return request!;
    }

    private async Task Finish(RoundKey key, params string[] contributors)
    {
        await _aggregator.Expect<CloseRound>();
        _aggregator.Tell(_provider, new AggregatedResult(key, Model(3).Memory, contributors));
        _evaluator.Tell(_provider, Evaluation(await _evaluator.Expect<EvaluateModel>()));
    }
}
