using FedActors.Actors.Supervision;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.FL.Rounds;
using FedActors.Simulation.Campaigns;
using FedActors.Simulation.Coordinated;
using FedActors.Simulation.Schedules;

namespace FedActors.Tests.Simulation.Campaigns;

/// <summary>What the product relies on is taken away, one thing at a time: a campaign notices.</summary>
public sealed class MutationTests
{
    private const int MaxSchedules = 2000;

    [Fact]
    public async Task Campaign_WithoutFlushBeforeAnnounce_SeesARoundLost() =>
        (await FirstViolationAsync(new CoordinatedParts { DiskFlushes = false })).Should().Be("a committed round is never lost");

    [Fact]
    public async Task Campaign_WithoutDuplicateRefusal_SeesAnUpdateCountTwice() =>
        (await FirstViolationAsync(new CoordinatedParts { Machine = machine => new MachineWithoutDuplicateRefusal(machine) })).Should().Be("an update counts once");

    [Fact]
    public async Task Campaign_WithoutRoundDeadline_SeesARunThatDoesNotEnd() =>
        (await FirstViolationAsync(new CoordinatedParts { ProviderClock = clock => new ClockWithoutDeadline(clock, Deadline()) })).Should().Be("every run ends in a stated outcome");

    [Fact]
    public async Task Campaign_WithoutRestartIntensity_SeesTooManyRestarts() =>
        (await FirstViolationAsync(new CoordinatedParts { Supervisor = SupervisorStrategy.OneForOne with { MaxRestarts = int.MaxValue } }))
            .Should().Be("restarts stay within their intensity");

    [Fact]
    public async Task Campaign_WithoutStaleness_SeesAnotherMean() =>
        (await FirstViolationAsync(new CoordinatedParts { Machine = machine => new MachineWithoutStaleness(machine) })).Should().Be("a round is the mean of its updates");

    [Fact]
    public async Task Campaign_WithAResidualOfAnUpdateThatDidNotCount_SeesAnotherMean() =>
        (await FirstViolationAsync(new CoordinatedParts { Residuals = store => new LatestResidual(store) })).Should().Be("a round is the mean of its updates");

    [Fact]
    public async Task Campaign_WithoutTimers_SeesAWaitWithoutADeadline() =>
        (await FirstViolationAsync(new CoordinatedParts { Machine = machine => new MachineWithoutTimers(machine) })).Should().Be("no wait without a deadline");

    [Fact]
    public async Task Campaign_WithMembersThatRegisterOnce_SeesAWaitWithoutADeadline() =>
        (await FirstViolationAsync(new CoordinatedParts { MembersRegisterAgain = false })).Should().Be("no wait without a deadline");

    [Fact]
    public async Task Campaign_WithMailboxesWithoutABound_SeesMoreWaitThanMay() =>
        (await FirstViolationAsync(new CoordinatedParts { Mailbox = mailbox => mailbox with { Capacity = int.MaxValue } })).Should().Be("mailboxes keep their bounds");

    [Fact]
    public async Task Campaign_WithCombinersThatForgetAnUpdate_SeesARoundWithoutIt() =>
        (await FirstViolationAsync(new CoordinatedParts { Loses = message => message is UpdateFiguresReport { WorkerId: "A" } }))
            .Should().Be("an undisturbed round counts all whom it asked");

    [Fact]
    public async Task Campaign_WithCombinersThatKeepCounts_SeesAWrongSum() =>
        (await FirstViolationAsync(new CoordinatedParts { CombinersKeepCounts = true })).Should().Be("a combiner sums what counts, once");

    [Fact]
    public async Task Minimiser_FailingSchedule_LeavesOnlyWhatItTakes()
    {
        CoordinatedParts broken = new() { DiskFlushes = false };
        CoordinatedSimulator simulator = new(broken);
        ScheduleResult failing = (await new Campaign(() => new CoordinatedSimulator(broken), 1, MaxSchedules) { MaxFailures = 1 }.RunAsync()).Failures[0];

        ScheduleResult smallest = Minimiser.Minimise(simulator, failing);

        smallest.Violation!.Invariant.Should().Be(failing.Violation!.Invariant);
        smallest.Schedule.Faults.Should().NotBeEmpty().And.BeSubsetOf(failing.Schedule.Faults);
        foreach (Fault fault in smallest.Schedule.Faults)
        {
            Schedule without = smallest.Schedule with { Faults = [.. smallest.Schedule.Faults.Where(other => other != fault)] };
            simulator.Run(without).Violation?.Invariant.Should().NotBe(failing.Violation.Invariant, $"it takes {fault}");
        }

        new CoordinatedSimulator().Run(smallest.Schedule).Violation.Should().BeNull("nothing is wrong with a disk that flushes");
    }

    private static TimeSpan Deadline() => CoordinatedWorld.OptionsOf(CoordinatedSchedule.Draw(1)).Participation.RoundTimeout;

    private static async Task<string?> FirstViolationAsync(CoordinatedParts parts) =>
        (await new Campaign(() => new CoordinatedSimulator(parts), firstSeed: 1, MaxSchedules) { MaxFailures = 1 }.RunAsync()).Failures.FirstOrDefault()?.Violation?.Invariant;

    /// <summary>A machine whose effects are changed.</summary>
    private abstract class ChangedMachine(IRoundMachine inner) : IRoundMachine
    {
        public RoundPhase Phase => inner.Phase;

        public int CommittedRounds => inner.CommittedRounds;

        public int Round => inner.Round;

        public int Attempt => inner.Attempt;

        public ModelSpecification? Specification => inner.Specification;

        /// <summary>Every update comes as far as the machine, whose effects are changed.</summary>
        public Objection? FindMisplacement(UpdateReceived update) => null;

        public IReadOnlyList<RoundEffect> Handle(RoundInput input) => [.. inner.Handle(input).Select(effect => Change(input, effect)).OfType<RoundEffect>()];

        protected abstract RoundEffect? Change(RoundInput input, RoundEffect effect);
    }

    /// <summary>Takes the second update of a worker as it took the first.</summary>
    private sealed class MachineWithoutDuplicateRefusal(IRoundMachine inner) : ChangedMachine(inner)
    {
        private long _aggregator;

        protected override RoundEffect? Change(RoundInput input, RoundEffect effect)
        {
            _aggregator = (effect as OpenAggregation)?.Session ?? _aggregator;
            return effect is RefuseUpdate { Reason: RefusalReason.Duplicate } refused && input is UpdateReceived update
                ? new HandOverUpdate(_aggregator, refused.Round, refused.Attempt, refused.WorkerId, update.Figures.Samples)
                : effect;
        }
    }

    /// <summary>Arms no timer.</summary>
    private sealed class MachineWithoutTimers(IRoundMachine inner) : ChangedMachine(inner)
    {
        protected override RoundEffect? Change(RoundInput input, RoundEffect effect) => effect is StartTimer ? null : effect;
    }

    /// <summary>Takes every update for one that was made from the newest model.</summary>
    private sealed class MachineWithoutStaleness(IRoundMachine inner) : ChangedMachine(inner)
    {
        protected override RoundEffect? Change(RoundInput input, RoundEffect effect) => effect is HandOverUpdate update ? update with { Staleness = 0 } : effect;
    }

    /// <summary>A timer of the deadline's length never elapses.</summary>
    private sealed class ClockWithoutDeadline(TimeProvider inner, TimeSpan deadline) : TimeProvider
    {
        public override long TimestampFrequency => inner.TimestampFrequency;

        public override long GetTimestamp() => inner.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            inner.CreateTimer(callback, state, dueTime == deadline ? Timeout.InfiniteTimeSpan : dueTime, period);
    }
}
