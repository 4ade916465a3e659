using System.Globalization;
using FedActors.FL.Configuration;
using FedActors.FL.Models;
using FedActors.Scripts.Runs;
using FedActors.Simulation.Scenarios;

namespace FedActors.Scripts.Scenarios;

/// <summary>What a run of peers will take of memory, told before it begins.</summary>
/// <param name="Peers">What peers know of each other, and their connections.</param>
/// <param name="Data">Examples, as they are and standardised.</param>
/// <param name="Models">Models on their way to each peer; those that peers hold they hold once for all.</param>
internal sealed record PeerScenarioMemory(long Peers, long Data, long Models)
{
    // Counted in the heap of 40 to 100 peers: what each knows of each other, its connections with it, and what is said of all peers on
    // each connection.
    private const long BytesPerPair = 30_000;
    private const long BytesPerName = 100;

    // What is on its way or done with and not collected yet is more than what is held.
    private const double Slack = 2.4;
    private const long Program = 140L << 20;

    /// <summary>All of it.</summary>
    public long Total => Program + Peers + Data + Models;

    /// <summary>Works it out.</summary>
    public static PeerScenarioMemory Of(PeerScenarioSetup setup)
    {
        IVirtualClients clients = setup.Clients;
        long peers = clients.Count;
        int parameters = new ModelSpecification(setup.Options.Training.Model, clients.Features, clients.Classes).Layout.Count;
        string[] names = [.. Enumerable.Range(0, clients.Count).Select(clients.NameOf)];
        long connections = names.Sum(name => (long)setup.Topology.NeighboursOf(name, names).Count);
        long rows = Enumerable.Range(0, clients.Count).Sum(client => (long)clients.SamplesOf(client)) * 2;
        long scored = clients.Evaluation is { } evaluation ? evaluation.Count * (peers + 1) : 0;
        return new PeerScenarioMemory(
            (long)(Slack * ((peers * peers * BytesPerPair) + (connections * peers * BytesPerName))),
            (rows + scored) * (clients.Features + 1) * sizeof(float),
            (long)(Slack * peers * peers * parameters * sizeof(float)));
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"memory about {RoundText.Bytes(Total)}: peers {RoundText.Bytes(Peers)}, data {RoundText.Bytes(Data)}, models {RoundText.Bytes(Models)}");
}
