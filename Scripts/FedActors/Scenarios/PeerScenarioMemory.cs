using System.Globalization;
using FedActors.FL.Configuration;
using FedActors.FL.Models;
using FedActors.Scripts.Runs;
using FedActors.Simulation.Scenarios;

namespace FedActors.Scripts.Scenarios;

/// <summary>What a run of peers will take of memory, told before it begins.</summary>
/// <param name="Peers">What peers know of each other, and their connections.</param>
/// <param name="Data">Examples, as they are and standardised.</param>
/// <param name="Models">Models that peers hold and have stored.</param>
internal sealed record PeerScenarioMemory(long Peers, long Data, long Models)
{
    // Measured as what the process held at most, for 10 to 100 peers that are all connected, with what the collector has not taken yet: what
    // each knows of each other, each end of a connection with its buffers, and all else.
    private const long BytesPerPair = 24_000;
    private const long BytesPerConnection = 200_000;
    private const long Program = 160L << 20;

    // The same: two rounds' models as they are told, as numbers and as they are stored, and what is on its way or done with.
    private const long CopiesOfModel = 48;

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
            (peers * peers * BytesPerPair) + (connections * BytesPerConnection),
            (rows + scored) * (clients.Features + 1) * sizeof(float),
            CopiesOfModel * peers * peers * parameters * sizeof(float));
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"memory about {RoundText.Bytes(Total)}: peers {RoundText.Bytes(Peers)}, data {RoundText.Bytes(Data)}, models {RoundText.Bytes(Models)}");
}
