using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.Simulation.Scenarios;
using FedActors.Storage.Training;

namespace FedActors.Tests.Simulation.Scenarios;

/// <summary>A scenario of some clients with made-up examples, and its store.</summary>
internal static class SmallScenario
{
    public const int Clients = 12;

    public static SyntheticClients SyntheticClients(int count = Clients) =>
        new(new SyntheticExamples { Features = 7, Classes = 3, Samples = Distribution.Constant(15), Alpha = 0.5, EvaluationSamples = 60 }, count, seed: 5);

    /// <summary>The rows of one set, dealt out unevenly.</summary>
    public static PooledClients PooledClients()
    {
        DataSet pool = SyntheticClients(1).Load(0, new ClientBuffer());
        int[] rows = [.. Enumerable.Range(0, 240).Select(row => row % pool.Count)];
        return new PooledClients("pool", pool.Select(rows), pool, new QuantityPartitioner(1, minSize: 3), Clients, seed: 5);
    }

    public static FederationOptions Options(int clients = Clients, int rounds = 4) => new()
    {
        Seed = 11,
        Training = new TrainingOptions { Rounds = rounds, LocalEpochs = 2, BatchSize = 4 },
        Participation = new ParticipationOptions { Workers = clients, MinWorkers = 2, RoundTimeout = TimeSpan.FromSeconds(30) },
    };

    public static ScenarioSetup Setup(ITrainingStore store) => new() { Options = Options(), Clients = SyntheticClients(), Store = store, Threads = 2 };
}
