using FedActors.Storage;
using FedActors.Storage.Training;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Contracts;

/// <content>Runs that ended elsewhere.</content>
public abstract partial class TrainingStoreContract
{
    [Fact]
    public void RecordRun_WithAGapAndOneModel_IsReadBackAsItWas()
    {
        RunRecord run = StoredRuns.Run() with { Status = RunStatus.Finished, Reason = "the mean stands still", EndedAt = StoredRuns.Start.AddMinutes(1), CommittedRounds = 9 };
        RoundRecord last = StoredRuns.Round(9, accuracy: 0.8);

        Store.RecordRun(run, [StoredRuns.Round(7, accuracy: 0.9) with { Parameters = null }, last]);

        RunRecord found = Store.FindRun(run.Id)!;
        found.Should().BeEquivalentTo(run, o => o.Excluding(r => r.Plan));
        found.Plan.ToArray().Should().Equal(run.Plan.ToArray());
        Store.ListRounds(run.Id).Select(r => r.Round).Should().Equal(7, 9);
        Store.LatestRound(run.Id)!.Parameters!.Value.ToArray().Should().Equal(last.Parameters!.Value.ToArray());
        Store.FindRound(run.Id, 7)!.Parameters.Should().BeNull();
        Store.BestRound(run.Id)!.Round.Should().Be(9, "nothing is kept of the other");
    }

    [Fact]
    public void RecordRun_OneThatHasEnded_IsRefusedAndChangesNothing()
    {
        Store.BeginRun(StoredRuns.Run());
        Store.CommitRound(StoredRuns.Round(1));
        Store.EndRun("7f3a", RunStatus.Stopped, null, StoredRuns.Start);

        ShouldConflict(() => Store.RecordRun(StoredRuns.Run() with { Status = RunStatus.Finished }, [StoredRuns.Round(1), StoredRuns.Round(2)]), "7f3a");

        Store.ListRounds("7f3a").Should().HaveCount(1);
        Store.FindRun("7f3a")!.Status.Should().Be(RunStatus.Stopped);
    }

    /// <summary>Peers that were stopped and went on appeared as another run.</summary>
    [Fact]
    public void RecordRun_ReopenedAfterItWasRecorded_HasTheNewRoundsAloneAndKeepsItsPlace()
    {
        RunRecord left = StoredRuns.Run() with { Status = RunStatus.Stopped, Reason = "left", EndedAt = StoredRuns.Start };
        Store.RecordRun(left, [StoredRuns.Round(1) with { Parameters = null }, StoredRuns.Round(2, accuracy: 0.7)]);
        Store.BeginRun(StoredRuns.Run("beef"));
        Store.ReopenRun(left.Id);
        Store.ListRounds(left.Id).Should().HaveCount(2, "until it is recorded again");

        Store.RecordRun(left with { Status = RunStatus.Finished, Reason = null }, [StoredRuns.Round(2) with { Parameters = null }, StoredRuns.Round(5, accuracy: 0.8)]);

        Store.ListRuns().Select(run => (run.Id, run.Status)).Should().Equal(("beef", RunStatus.Running), (left.Id, RunStatus.Finished));
        Store.FindRun(left.Id)!.CommittedRounds.Should().Be(5);
        Store.ListRounds(left.Id).Select(round => round.Round).Should().Equal(2, 5);
        Store.ListKeptRounds(left.Id).Select(round => round.Round).Should().Equal(5);
        Store.FindRound(left.Id, 2)!.Participants.Should().HaveCount(2);
    }

    [Fact]
    public void RecordRun_OfOneThatWasBegunHere_EndsItWithItsPlanAndRounds()
    {
        RunRecord begun = StoredRuns.Run() with { Plan = new byte[] { 1 } };
        Store.BeginRun(begun);

        Store.RecordRun(StoredRuns.Run() with { Status = RunStatus.Finished, EndedAt = StoredRuns.Start.AddMinutes(1) }, [StoredRuns.Round(3, accuracy: 0.8)]);

        RunRecord found = Store.ListRuns().Should().ContainSingle().Which;
        (found.Status, found.CommittedRounds, found.EndedAt).Should().Be((RunStatus.Finished, 3, StoredRuns.Start.AddMinutes(1)));
        found.Plan.ToArray().Should().Equal(StoredRuns.Run().Plan.ToArray());
        Store.LatestRound(begun.Id)!.Round.Should().Be(3);
    }

    [Fact]
    public void RecordRun_RunningOrOutOfOrderOrOfAnother_IsACallersMistake()
    {
        RunRecord ended = StoredRuns.Run() with { Status = RunStatus.Finished };

        Store.Invoking(s => s.RecordRun(StoredRuns.Run(), [])).Should().Throw<ArgumentException>();
        Store.Invoking(s => s.RecordRun(ended, [StoredRuns.Round(2), StoredRuns.Round(1)])).Should().Throw<ArgumentException>().WithMessage("Round 1*does not follow round 2*");
        Store.Invoking(s => s.RecordRun(ended, [StoredRuns.Round(1, runId: "beef")])).Should().Throw<ArgumentException>();
        Store.ListRuns().Should().BeEmpty();
    }
}
