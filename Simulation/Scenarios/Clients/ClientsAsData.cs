using System.Globalization;
using FedActors.FL.Data;

namespace FedActors.Simulation.Scenarios;

/// <summary>Virtual clients as a data set whose sites real roles can hold: the same names and examples.</summary>
/// <param name="clients">The clients, not standardised yet.</param>
public sealed class ClientsAsData(IVirtualClients clients) : IFederatedData
{
    /// <inheritdoc/>
    public DataManifest Manifest { get; } = new()
    {
        Name = clients.DataName,
        Features = clients.Features,
        Classes = clients.Classes,
        ClassNames = [.. Enumerable.Range(0, clients.Classes).Select(label => string.Create(CultureInfo.InvariantCulture, $"class {label}"))],
        Sites = [.. Enumerable.Range(0, clients.Count).Select(client => new SiteFile(clients.NameOf(client), "memory", clients.SamplesOf(client), ""))],
        Evaluation = clients.Evaluation is { } evaluation ? new SiteFile("evaluation", "memory", evaluation.Count, "") : null,
        Provenance = "Made by a scenario.",
    };

    /// <inheritdoc/>
    public DataSet LoadSite(string site)
    {
        for (int client = 0; client < clients.Count; client++)
        {
            if (clients.NameOf(client) == site)
            {
                return clients.Load(client, new ClientBuffer());
            }
        }

        throw new DataFileException(clients.DataName, site, "there is no such client", "Ask for one of the manifest's sites.");
    }

    /// <inheritdoc/>
    public DataSet LoadEvaluation() =>
        clients.Evaluation ?? throw new DataFileException(clients.DataName, null, "there are no examples that no client trains on", "Run without an evaluator.");
}
