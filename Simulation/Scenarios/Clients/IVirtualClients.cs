using FedActors.FL.Data;

namespace FedActors.Simulation.Scenarios;

/// <summary>Clients and their data, loaded one client at a time into buffers that are used again. Safe to load from several threads.</summary>
public interface IVirtualClients
{
    /// <summary>What the data are called.</summary>
    string DataName { get; }

    /// <summary>How many clients.</summary>
    int Count { get; }

    /// <summary>Numbers per example.</summary>
    int Features { get; }

    /// <summary>Classes told apart.</summary>
    int Classes { get; }

    /// <summary>Examples that no client trains on, or null. Standardised once <see cref="Standardise"/> was called.</summary>
    DataSet? Evaluation { get; }

    /// <summary>Bytes of data that stay in memory, whoever trains.</summary>
    long ResidentBytes { get; }

    /// <summary>A client's name, which its shuffles depend on; names are in ordinal order.</summary>
    string NameOf(int client);

    /// <summary>How many examples a client has, 1 or more.</summary>
    int SamplesOf(int client);

    /// <summary>A client's examples: as they are, and standardised once <see cref="Standardise"/> was called.</summary>
    /// <param name="client">Which.</param>
    /// <param name="buffer">May hold them; they are good until it is used again.</param>
    DataSet Load(int client, ClientBuffer buffer);

    /// <summary>From now on examples are standardised. Called once.</summary>
    void Standardise(Standardiser standardiser);
}
