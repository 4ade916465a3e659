using FedActors.Storage;
using FedActors.Storage.Training;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Contracts;

/// <summary>What every training store does, whatever holds it.</summary>
public abstract partial class TrainingStoreContract : IDisposable
{
    private readonly Lazy<ITrainingStore> _store;

    protected TrainingStoreContract() => _store = new Lazy<ITrainingStore>(() => Create(keepRounds: 3));

    protected ITrainingStore Store => _store.Value;

    /// <summary>An empty store.</summary>
    protected abstract ITrainingStore Create(int keepRounds);

    public virtual void Dispose()
    {
        if (_store.IsValueCreated)
        {
            _store.Value.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Empty_AskedForAnything_HasNothing()
    {
        Store.ListRuns().Should().BeEmpty();
        Store.FindRun("7f3a").Should().BeNull();
        Store.FindUnfinished("f00d").Should().BeNull();
        Store.LatestRound("7f3a").Should().BeNull();
        Store.FindRound("7f3a", 1).Should().BeNull();
        Store.ListRounds("7f3a").Should().BeEmpty();
        Store.ListKeptRounds("7f3a").Should().BeEmpty();
        Store.BestRound("7f3a").Should().BeNull();
    }

    [Fact]
    public void BeginRun_ReadBack_IsTheSame()
    {
        RunRecord run = StoredRuns.Run();

        Store.BeginRun(run);

        RunRecord found = Store.FindRun(run.Id)!;
        found.Should().BeEquivalentTo(run, o => o.Excluding(r => r.Plan));
        found.Plan.ToArray().Should().Equal(run.Plan.ToArray());
        found.StartedAt.Offset.Should().Be(run.StartedAt.Offset);
    }

    [Fact]
    public void BeginRun_IdTaken_IsRefused()
    {
        Store.BeginRun(StoredRuns.Run());

        ShouldConflict(() => Store.BeginRun(StoredRuns.Run(fingerprint: "other")), "7f3a");
        Store.ListRuns().Should().ContainSingle().Which.Fingerprint.Should().Be("f00d");
    }

    [Fact]
    public void ListRuns_Several_NewestFirst()
    {
        Store.BeginRun(StoredRuns.Run("b"));
        Store.BeginRun(StoredRuns.Run("a"));
        Store.BeginRun(StoredRuns.Run("c"));

        Store.ListRuns().Select(r => r.Id).Should().Equal("c", "a", "b");
    }

    [Theory]
    [InlineData(0.75)]
    [InlineData(null)]
    public void CommitRound_ReadBack_IsTheSame(double? accuracy)
    {
        RoundRecord round = StoredRuns.Round(1, accuracy: accuracy);
        Store.BeginRun(StoredRuns.Run());

        Store.CommitRound(round);

        RoundRecord found = Store.FindRound("7f3a", 1)!;
        found.Should().BeEquivalentTo(round, o => o.Excluding(r => r.Parameters).WithStrictOrdering());
        found.Parameters!.Value.ToArray().Should().Equal(StoredRuns.Parameters(1));
        Store.LatestRound("7f3a").Should().BeEquivalentTo(found, o => o.Excluding(r => r.Parameters));
        Store.FindRun("7f3a")!.CommittedRounds.Should().Be(1);
    }

    [Fact]
    public void CommitRound_BufferReusedByTheCaller_KeepsWhatWasCommitted()
    {
        byte[] buffer = StoredRuns.Parameters(1);
        Store.BeginRun(StoredRuns.Run());
        Store.CommitRound(StoredRuns.Round(1) with { Parameters = buffer });

        Array.Clear(buffer);

        Store.FindRound("7f3a", 1)!.Parameters!.Value.ToArray().Should().Equal(StoredRuns.Parameters(1));
    }

    [Fact]
    public void CommitRound_EmptyLists_AreReadBackEmpty()
    {
        Store.BeginRun(StoredRuns.Run());

        Store.CommitRound(StoredRuns.Round(1) with { Participants = [], Refusals = [], Cohort = [] });

        RoundRecord found = Store.FindRound("7f3a", 1)!;
        found.Participants.Should().BeEmpty();
        found.Refusals.Should().BeEmpty();
        found.Cohort.Should().BeEmpty();
    }

    [Fact]
    public void CommitRound_NonFiniteMetrics_AreReadBackAsTheyWere()
    {
        Store.BeginRun(StoredRuns.Run());

        Store.CommitRound(StoredRuns.Round(1) with { ChangeNorm = double.PositiveInfinity, TrainLoss = double.NaN, TrainAccuracy = double.NaN });

        RoundRecord found = Store.FindRound("7f3a", 1)!;
        found.ChangeNorm.Should().Be(double.PositiveInfinity);
        found.TrainLoss.Should().Be(double.NaN);
        found.TrainAccuracy.Should().Be(double.NaN);
    }

    [Theory]
    [InlineData(2, "the next is 2 and not 3")]
    [InlineData(0, "the next is 2 and not 1")]
    public void CommitRound_NotTheNext_IsRefused(int skipped, string text)
    {
        Begin(rounds: 1);

        ShouldConflict(() => Store.CommitRound(StoredRuns.Round(1 + skipped)), text);
        Store.FindRun("7f3a")!.CommittedRounds.Should().Be(1);
    }

    [Fact]
    public void CommitRound_UnknownRun_IsRefused() =>
        ShouldConflict(() => Store.CommitRound(StoredRuns.Round(1)), "no run 7f3a");

    [Fact]
    public void CommitRound_EndedRun_IsRefused()
    {
        Begin(rounds: 1);
        Store.EndRun("7f3a", RunStatus.Stopped, null, StoredRuns.Start);

        ShouldConflict(() => Store.CommitRound(StoredRuns.Round(2)), "has ended (Stopped)");
    }

    [Fact]
    public void CommitRound_WithoutParameters_IsACallersMistake()
    {
        Begin(rounds: 0);

        Store.Invoking(s => s.CommitRound(StoredRuns.Round(1) with { Parameters = null })).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void ListRounds_Several_InOrderWithoutParameters()
    {
        Begin(rounds: 12);

        IReadOnlyList<RoundRecord> rounds = Store.ListRounds("7f3a");

        rounds.Select(r => r.Round).Should().Equal(Enumerable.Range(1, 12));
        rounds.Should().OnlyContain(r => r.Parameters == null && r.Participants.Count == 2 && r.Refusals.Count == 2 && r.ParameterHash == $"hash{r.Round}");
    }

    [Fact]
    public void Rounds_OfTwoRuns_AreKeptApart()
    {
        Begin(rounds: 2);
        Store.BeginRun(StoredRuns.Run("b"));
        Store.CommitRound(StoredRuns.Round(1, "b", accuracy: 0.9) with { ParameterHash = "of b" });

        Store.ListRounds("7f3a").Should().HaveCount(2).And.OnlyContain(r => r.RunId == "7f3a" && r.Participants.Count == 2);
        Store.LatestRound("b")!.ParameterHash.Should().Be("of b");
        Store.BestRound("7f3a").Should().BeNull();
    }

    [Fact]
    public void TrySetEvaluation_RoundHasNone_IsSetOnce()
    {
        Begin(rounds: 1);

        Store.TrySetEvaluation("7f3a", 1, StoredRuns.Evaluation(0.5)).Should().BeTrue();
        Store.TrySetEvaluation("7f3a", 1, StoredRuns.Evaluation(0.9)).Should().BeFalse();

        Store.FindRound("7f3a", 1)!.Evaluation.Should().BeEquivalentTo(StoredRuns.Evaluation(0.5), o => o.WithStrictOrdering());
    }

    [Fact]
    public void TrySetEvaluation_UnknownRoundOrRun_IsRefused()
    {
        Begin(rounds: 1);

        ShouldConflict(() => Store.TrySetEvaluation("7f3a", 2, StoredRuns.Evaluation(0.5)), "no committed round 2");
        ShouldConflict(() => Store.TrySetEvaluation("b", 1, StoredRuns.Evaluation(0.5)), "no run b");
    }

    [Fact]
    public void EndRun_ThenReopened_RunsOnFromItsLastRound()
    {
        Begin(rounds: 2);

        Store.EndRun("7f3a", RunStatus.Failed, "The disk was full.", StoredRuns.Start.AddHours(1));
        RunRecord ended = Store.FindRun("7f3a")!;
        Store.ReopenRun("7f3a");
        Store.CommitRound(StoredRuns.Round(3));

        ended.Status.Should().Be(RunStatus.Failed);
        ended.Reason.Should().Be("The disk was full.");
        ended.EndedAt.Should().Be(StoredRuns.Start.AddHours(1));
        RunRecord reopened = Store.FindRun("7f3a")!;
        reopened.Status.Should().Be(RunStatus.Running);
        reopened.Reason.Should().BeNull();
        reopened.EndedAt.Should().BeNull();
        reopened.CommittedRounds.Should().Be(3);
    }

    [Fact]
    public void EndRun_UnknownOrEnded_IsRefused()
    {
        Begin(rounds: 0);
        Store.EndRun("7f3a", RunStatus.Finished, null, StoredRuns.Start);

        ShouldConflict(() => Store.EndRun("7f3a", RunStatus.Failed, null, StoredRuns.Start), "has ended (Finished)");
        ShouldConflict(() => Store.EndRun("b", RunStatus.Failed, null, StoredRuns.Start), "no run b");
        ShouldConflict(() => Store.ReopenRun("b"), "no run b");
        Store.Invoking(s => s.EndRun("7f3a", RunStatus.Running, null, StoredRuns.Start)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void FindUnfinished_SeveralRuns_IsTheNewestThatRunsWithTheFingerprint()
    {
        Store.BeginRun(StoredRuns.Run("old"));
        Store.BeginRun(StoredRuns.Run("new"));
        Store.BeginRun(StoredRuns.Run("other", fingerprint: "beef"));
        Store.BeginRun(StoredRuns.Run("ended"));
        Store.EndRun("ended", RunStatus.Finished, null, StoredRuns.Start);

        Store.FindUnfinished("f00d")!.Id.Should().Be("new");
        Store.FindUnfinished("none").Should().BeNull();
    }

    [Fact]
    public void RequestStop_RunningRun_IsSeenUntilReopened()
    {
        Begin(rounds: 0);
        Store.IsStopRequested("7f3a").Should().BeFalse();

        Store.RequestStop("7f3a", StoredRuns.Start);
        Store.IsStopRequested("7f3a").Should().BeTrue();

        Store.ReopenRun("7f3a");
        Store.IsStopRequested("7f3a").Should().BeFalse();
    }

    [Fact]
    public void RequestStop_EndedOrUnknownRun_ChangesNothing()
    {
        Begin(rounds: 0);
        Store.EndRun("7f3a", RunStatus.Finished, null, StoredRuns.Start);

        Store.RequestStop("7f3a", StoredRuns.Start);

        Store.IsStopRequested("7f3a").Should().BeFalse();
        ShouldConflict(() => Store.RequestStop("b", StoredRuns.Start), "no run b");
    }

    [Fact]
    public void Retention_ManyRounds_KeepsTheLastAndTheBest()
    {
        Store.BeginRun(StoredRuns.Run());
        double[] accuracies = [0.1, 0.9, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];
        for (int round = 1; round <= accuracies.Length; round++)
        {
            Store.CommitRound(StoredRuns.Round(round, accuracy: accuracies[round - 1]));
        }

        KeptRounds().Should().Equal(2, 6, 7, 8);
        Store.BestRound("7f3a")!.Round.Should().Be(2);
        Store.BestRound("7f3a")!.Parameters!.Value.ToArray().Should().Equal(StoredRuns.Parameters(2));
        Store.ListRounds("7f3a").Select(r => r.ParameterHash).Should().Equal(Enumerable.Range(1, 8).Select(r => $"hash{r}"));
    }

    [Fact]
    public void Retention_ABetterRound_LetsTheFormerBestGo()
    {
        Store.BeginRun(StoredRuns.Run());
        double[] accuracies = [0.9, 0.1, 0.1, 0.1, 0.95, 0.1];
        for (int round = 1; round <= accuracies.Length; round++)
        {
            Store.CommitRound(StoredRuns.Round(round, accuracy: accuracies[round - 1]));
        }

        KeptRounds().Should().Equal(4, 5, 6);
    }

    [Fact]
    public void Retention_NoEvaluations_KeepsTheLast()
    {
        Begin(rounds: 7);

        KeptRounds().Should().Equal(5, 6, 7);
        Store.BestRound("7f3a").Should().BeNull();
    }

    [Fact]
    public void BestRound_EqualAccuracy_IsTheOneWithLowerLossThenTheEarlier()
    {
        Store.BeginRun(StoredRuns.Run());
        Store.CommitRound(StoredRuns.Round(1, accuracy: 0.8, loss: double.NaN));
        Store.CommitRound(StoredRuns.Round(2, accuracy: 0.8, loss: 0.4));
        Store.CommitRound(StoredRuns.Round(3, accuracy: 0.8, loss: 0.4));
        Store.CommitRound(StoredRuns.Round(4, accuracy: double.NaN, loss: 0.1));

        Store.BestRound("7f3a")!.Round.Should().Be(2);
    }

    protected static void ShouldConflict(Action action, string text) =>
        action.Should().Throw<StoreException>().WithMessage($"*{text}*").Which.Fault.Should().Be(StoreFault.Conflict);

    private void Begin(int rounds)
    {
        Store.BeginRun(StoredRuns.Run());
        for (int round = 1; round <= rounds; round++)
        {
            Store.CommitRound(StoredRuns.Round(round));
        }
    }

    private int[] KeptRounds()
    {
        int[] kept = [.. Store.ListKeptRounds("7f3a").Select(r => r.Round)];
        kept.Should().Equal(Store.ListRounds("7f3a").Select(r => r.Round).Where(r => Store.FindRound("7f3a", r)!.Parameters is not null));
        return kept;
    }
}
