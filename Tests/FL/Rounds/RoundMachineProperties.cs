using FedActors.FL.Configuration;
using FedActors.FL.Rounds;

namespace FedActors.Tests.FL.Rounds;

public sealed class RoundMachineProperties
{
    private const ulong Seeds = 3000;
    private const int TroubledSteps = 300;

    // Each attempt of each round takes a few dozen steps; far more than this means that the run does not end.
    private const int MaxSteps = 20_000;

    [Fact]
    public void Machine_AnySequenceOfEvents_KeepsTheInvariantsAndEnds()
    {
        Dictionary<string, int> seen = [];
        Dictionary<RunOutcome, int> outcomes = [];
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            RoundWorld world = Play(seed);
            world.Ended.Should().BeTrue($"seed {seed} must end");
            outcomes[world.Invariants.Finish!.Outcome] = outcomes.GetValueOrDefault(world.Invariants.Finish.Outcome) + 1;
            foreach ((string kind, int count) in world.Invariants.Seen)
            {
                seen[kind] = seen.GetValueOrDefault(kind) + count;
            }
        }

        // A campaign that never met a refusal or an outcome shows nothing about it.
        seen.Keys.Should().Contain(
        [
            "unknown_worker", "forged", "wrong_run", "stale", "future", "duplicate", "wrong_shape", "non_finite", "out_of_range", "not_selected", "late",
            "wrong_attempt", "not_open", nameof(BackfillEvaluation), nameof(EvaluateCommitted), nameof(ReportLost), nameof(RefuseRegistration),
        ]);
        outcomes.Keys.Should().Contain([RunOutcome.Finished, RunOutcome.BelowParticipation, RunOutcome.Failed]);
        outcomes[RunOutcome.Finished].Should().BeGreaterThan((int)Seeds / 4, string.Join(' ', outcomes));
    }

    public static TheoryData<string, string, int, double> OtherProtocols => new()
    {
        { Protocols.Asynchronous, LateUpdates.Drop, 1, 0 },
        { Protocols.Asynchronous, LateUpdates.Drop, 3, 0 },
        { Protocols.Synchronous, LateUpdates.Keep, 1, 0 },
        { Protocols.Synchronous, LateUpdates.Weigh, 1, 0.5 },
        { Protocols.SemiSynchronous, LateUpdates.Drop, 1, 0.5 },
    };

    [Theory]
    [MemberData(nameof(OtherProtocols))]
    public void Machine_AnySequenceOfEventsUnderAnyProtocol_KeepsTheInvariantsAndEnds(string kind, string late, int buffer, double overSelection)
    {
        ProtocolOptions protocol = new() { Kind = kind, Late = late, Buffer = buffer, OverSelection = overSelection, MaxStaleness = 3 };
        int finished = 0;
        int stale = 0;
        HashSet<string> seen = [];
        for (ulong seed = 0; seed < Seeds / 4; seed++)
        {
            RoundWorld world = Play(seed, protocol);
            world.Ended.Should().BeTrue($"seed {seed} must end");
            finished += world.Invariants.Finish!.Outcome == RunOutcome.Finished ? 1 : 0;
            stale += world.Invariants.Stale;
            seen.UnionWith(world.Invariants.Seen.Keys);
        }

        finished.Should().BeGreaterThan((int)Seeds / 16);
        seen.Should().Contain(["unknown_worker", "forged", "wrong_run", "stale", "future", "non_finite", "out_of_range"]);
        if (kind == Protocols.Asynchronous || late != LateUpdates.Drop)
        {
            stale.Should().BeGreaterThan(10);
            seen.Should().Contain([nameof(HoldUpdate), "duplicate"]);
        }
    }

    [Fact]
    public void Machine_SameSeed_GivesTheSameEffects()
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            Play(seed).Invariants.Seen.Should().Equal(Play(seed).Invariants.Seen);
        }
    }

    private static RoundWorld Play(ulong seed, ProtocolOptions? protocol = null)
    {
        RoundWorld world = new(seed, protocol);
        try
        {
            world.Play(TroubledSteps, MaxSteps);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            throw new InvalidOperationException($"Seed {seed}: {failure.Message}", failure);
        }

        return world;
    }
}
