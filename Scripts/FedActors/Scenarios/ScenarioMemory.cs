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
/// <param name="Clients">The clients' names, registrations and figures, with what rounds leave behind before it is collected.</param>
/// <param name="Data">Data that stay in memory.</param>
/// <param name="Buffers">What training threads work with.</param>
/// <param name="Updates">Updates that are held until a round ends, and vectors that are kept of each client.</param>
/// <param name="Young">What is made in rounds and let go of, before it is collected.</param>
internal sealed record ScenarioMemory(long Clients, long Data, long Buffers, long Updates, long Young)
{
    // Counted in the heap of 100,000 and 1,000,000 clients. One that is registered: its name, the machine's member and its offer, four
    // tables by name or session, its site in the machine and in the plan, what it was asked last. One that is asked: its seat and figures,
    // the request, its moment on the agenda, its row of the round's record. One that has taken part: what was last seen of it, and when.
    private const long BytesPerClient = 480;
    private const long BytesPerAsked = 400;
    private const long BytesPerSeen = 120;

    // What is made for one that trains in a round: its messages, its row on its way to the store; and what of it is there at a time when
    // many train.
    private const long BytesMade = 1_800;
    private const long BytesPassing = 850;

    // The runtime and the compiled code; and the collector's youngest generation, which follows from the processor's cache and is filled before
    // anything is collected.
    private const long Program = 80L << 20;
    private const long Youngest = 80L << 20;

    /// <summary>All of it.</summary>
    public long Total => Program + Young + Clients + Data + Buffers + Updates;

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
        double seen = clients.Count * (1 - Math.Pow(1 - ((double)asked / clients.Count), options.Training.Rounds));
        long held = (clients.Count * BytesPerClient) + (asked * BytesPerAsked) + (long)(seen * BytesPerSeen);
        long bench = (largest * (clients.Features + 1L) * sizeof(float)) + (6L * parameters * sizeof(float));
        return new ScenarioMemory(
            held + (held / ScenarioHeap.Share), 2 * clients.ResidentBytes,
            (setup.Threads * bench) + (256L * parameters * sizeof(float)), vectors * parameters * sizeof(float),
            Math.Max(Math.Min(Youngest, asked * options.Training.Rounds * BytesMade), asked * BytesPassing));
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"memory about {RoundText.Bytes(Total)}: clients {RoundText.Bytes(Clients)}, data {RoundText.Bytes(Data)}, buffers {RoundText.Bytes(Buffers)}, held updates {RoundText.Bytes(Updates)}");
}
