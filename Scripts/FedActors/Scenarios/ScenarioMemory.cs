using System.Globalization;
using FedActors.FL.Compression;
using FedActors.FL.Configuration;
using FedActors.FL.Models;
using FedActors.FL.Rounds;
using FedActors.FL.Strategies;
using FedActors.Scripts.Runs;
using FedActors.Simulation.Scenarios;

namespace FedActors.Scripts.Scenarios;

/// <summary>What a run will take of memory, told before it begins.</summary>
/// <param name="Clients">The clients' names, registrations and figures.</param>
/// <param name="Data">Data that stay in memory.</param>
/// <param name="Buffers">What training threads work with.</param>
/// <param name="Updates">Updates that are held until a round ends, and vectors that are kept of each client.</param>
internal sealed record ScenarioMemory(long Clients, long Data, long Buffers, long Updates)
{
    // Measured as what the process held at most, for 1,000 to 1,000,000 clients, with what the collector has not taken yet: a registered
    // client in the round machine's tables with its name, one that is asked with its row of the round's record, and all else.
    private const long BytesPerClient = 900;
    private const long BytesPerAsked = 850;
    private const long Program = 160L << 20;

    /// <summary>All of it.</summary>
    public long Total => Program + Clients + Data + Buffers + Updates;

    /// <summary>Works it out.</summary>
    public static ScenarioMemory Of(ScenarioSetup setup)
    {
        IVirtualClients clients = setup.Clients;
        FederationOptions options = setup.Options;
        int parameters = new ModelSpecification(options.Training.Model, clients.Features, clients.Classes).Layout.Count;
        Strategy strategy = Strategy.From(options.Strategy, options.Training.LearningRate);
        long asked = CohortSelection.Size(clients.Count, options.Participation.Fraction, options.Participation.MinWorkers);
        long largest = 0;
        for (int client = 0; client < clients.Count; client++)
        {
            largest = Math.Max(largest, clients.SamplesOf(client));
        }

        bool holds = strategy.Rule is not null || setup.Attack is not null;
        long vectors = (holds ? asked : 0) + (strategy.KeepsSiteVectors ? 2L * clients.Count : 0);

        // What the requests that are out began with: one for each round in flight.
        bool outlives = options.Protocol.Kind == Protocols.Asynchronous || options.Protocol.Late != LateUpdates.Drop;
        vectors += outlives ? Math.Min(clients.Count, Math.Min(options.Training.Rounds, options.Protocol.MaxStaleness + 2L)) : 0;

        // Two of float64 of each client.
        vectors += CompressionPipeline.From(options.Compression).LeavesResidual ? 4L * clients.Count : 0;
        long bench = (largest * (clients.Features + 1L) * sizeof(float)) + (6L * parameters * sizeof(float));
        return new ScenarioMemory(
            (clients.Count * BytesPerClient) + (asked * BytesPerAsked), 2 * clients.ResidentBytes,
            (setup.Threads * bench) + (256L * parameters * sizeof(float)), vectors * parameters * sizeof(float));
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"memory about {RoundText.Bytes(Total)}: clients {RoundText.Bytes(Clients)}, data {RoundText.Bytes(Data)}, buffers {RoundText.Bytes(Buffers)}, held updates {RoundText.Bytes(Updates)}");
}
