using FedActors.FL.Configuration;
using FedActors.FL.Roles;
using FedActors.Simulation.Scenarios;
using FedActors.Storage.Training;
using Xunit.Abstractions;

namespace FedActors.Tests.Simulation.Scenarios;

/// <summary>What a client costs does not depend on how many there are: told in bytes allocated for it, which no machine's speed changes.</summary>
public sealed class ScenarioCostTests(ITestOutputHelper output)
{
    private const int Few = 1_000;
    private const int Many = 20_000;
    private const int Rounds = 3;

    // Its messages, its place in the round, its row of the record.
    private const double MostBytes = 2_000;

    [Theory]
    [InlineData(1)]
    [InlineData(0.25)]
    public void Client_AmongTwentyTimesAsMany_TakesAsManyBytes(double fraction)
    {
        double few = BytesPerClient(Few, fraction);
        double many = BytesPerClient(Many, fraction);

        output.WriteLine($"{few:0} bytes for each of {Few} clients, {many:0} for each of {Many}");
        (many / few).Should().BeInRange(1 / 1.2, 1.2);
        many.Should().BeLessThan(MostBytes, "clients take turns on vectors and buffers that all share");
    }

    /// <summary>Bytes that rounds after the first allocate for each client that trains in them.</summary>
    private static double BytesPerClient(int clients, double fraction)
    {
        List<long> allocated = [];
        ScenarioSetup setup = new()
        {
            Clients = new SyntheticClients(new SyntheticExamples { Features = 20, Classes = 4, Samples = Distribution.Constant(1), EvaluationSamples = 10 }, clients, seed: 5),
            Options = new FederationOptions
            {
                Training = new TrainingOptions { Rounds = Rounds, LocalEpochs = 1 },
                Participation = new ParticipationOptions { Workers = clients, MinWorkers = 2, Fraction = fraction },
            },
            Store = new MemoryTrainingStore(),
            Threads = 1,
            Observer = new RoundWatch(() => allocated.Add(GC.GetAllocatedBytesForCurrentThread())),
        };

        ScenarioRun.Execute(setup).Outcome.Should().Be(FedActors.FL.Rounds.RunOutcome.Finished);

        allocated.Should().HaveCount(Rounds);
        return (allocated[^1] - allocated[0]) / ((Rounds - 1) * fraction * clients);
    }

    private sealed class RoundWatch(Action onRound) : IRunObserver
    {
        public void OnMember(MemberChange change)
        {
        }

        public void OnStarted(RunRecord run, RunSummary summary)
        {
        }

        public void OnRound(RoundRecord round) => onRound();

        public void OnWaiting(string cause)
        {
        }

        public void OnEnded(RunRecord run)
        {
        }
    }
}
