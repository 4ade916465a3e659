using FedActors.FL.Compression;
using FedActors.FL.Models;
using FedActors.FL.Roles;
using FedActors.Storage.Residuals;

namespace FedActors.Simulation.Scenarios;

/// <summary>Compresses clients' updates as workers do, and puts what a provider reads of them in their place.</summary>
/// <remarks>What is left unsent is kept for each client that took part, where the compression leaves something: two vectors of float64.</remarks>
internal sealed class ClientCompression(CompressionPipeline pipeline, VirtualProvider provider)
{
    private readonly Dictionary<string, SiteCompression> _clients = new(StringComparer.Ordinal);

    /// <summary>Bytes of one update, as far as they are known before it.</summary>
    public long UsualBytes { get; } = pipeline.EstimateBytes(provider.Specification.Layout);

    /// <summary>Compresses an update.</summary>
    /// <param name="client">Whose.</param>
    /// <param name="trained">What it sends; afterwards what the provider has.</param>
    /// <param name="round">The round that it was asked in.</param>
    /// <param name="given">The parameters that it began with.</param>
    /// <returns>Bytes that it takes.</returns>
    public long Apply(string client, ParameterVector trained, int round, ParameterVector given)
    {
        CompressedParameters sent = Of(client).Compress(given, trained, round, provider.SettledOf(client));
        if (sent.Body.IsEmpty)
        {
            return (long)trained.Count * sizeof(float);
        }

        if (!pipeline.TryDecode(sent.Body.Span, given.Layout, new UpdateOrigin(provider.Plan.Seed, client, round), out float[]? update, out string? fault))
        {
            throw new InvalidOperationException($"What {client} compresses cannot be read: {fault}");
        }

        ErrorFeedback.Reconstruct(given.Values, update);
        update.CopyTo(trained.AsSpan());
        return sent.Body.Length;
    }

    private SiteCompression Of(string client)
    {
        if (_clients.TryGetValue(client, out SiteCompression? known))
        {
            return known;
        }

        SiteCompression made = new(pipeline, provider.Plan, client, new MemoryResidualStore());
        if (pipeline.LeavesResidual)
        {
            _clients.Add(client, made);
        }

        return made;
    }
}
