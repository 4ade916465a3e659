using FedActors.FL.Compression;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.Storage.Residuals;

namespace FedActors.FL.Roles;

/// <summary>Compresses one site's updates under one plan, and remembers what was left unsent.</summary>
/// <remarks>
/// An update may be refused, come too late or be asked for again. So what it leaves becomes the site's residual only once the provider
/// says that it counted, in the next request; until then the residual from before is kept beside it.
/// </remarks>
internal sealed class SiteCompression(CompressionPipeline pipeline, RunPlan plan, string site, IResidualStore store)
{
    private readonly Dictionary<int, double[]> _left = [];

    /// <summary>Compresses what training gave. What is left unsent is kept before this returns.</summary>
    /// <param name="given">The parameters that the provider gave.</param>
    /// <param name="trained">What training made of them.</param>
    /// <param name="round">The round that they were asked in.</param>
    /// <param name="settled">The round of the last update that counted; 0 for none.</param>
    /// <returns>An empty body where the parameters must travel as they are.</returns>
    public CompressedParameters Compress(ParameterVector given, ParameterVector trained, int round, int settled)
    {
        if (pipeline.IsNone)
        {
            return default;
        }

        double[] residual = [];
        bool lost = pipeline.LeavesResidual && settled > 0 && !TryFind(settled, out residual);
        float[] update = ErrorFeedback.Update(given.Values, trained.Values, residual);
        if (update.AsSpan().IndexOfAnyExceptInRange(float.MinValue, float.MaxValue) >= 0)
        {
            // Training has diverged. The provider refuses such parameters in words that say where.
            return default;
        }

        UpdateOrigin origin = new(plan.Seed, site, round);
        byte[] body = pipeline.Encode(update, given.Layout, origin);
        if (pipeline.LeavesResidual)
        {
            if (!pipeline.TryDecode(body, given.Layout, origin, out float[]? read, out string? fault))
            {
                throw new InvalidOperationException($"The update's own compression cannot be read: {fault}");
            }

            ErrorFeedback.Reconstruct(given.Values, read);
            Keep(round, ErrorFeedback.Residual(trained.Values, read, residual), settled);
        }

        return new CompressedParameters(body, lost ? settled : null);
    }

    private bool TryFind(int round, out double[] residual)
    {
        residual = _left.GetValueOrDefault(round) ?? store.Find(plan.RunId, round) ?? [];
        bool found = residual.Length == plan.Specification.Layout.Count;
        residual = found ? residual : [];
        return found;
    }

    private void Keep(int round, double[] residual, int settled)
    {
        store.Keep(plan.RunId, round, residual, settled);
        foreach (int old in _left.Keys.Where(known => known != settled).ToArray())
        {
            _left.Remove(old);
        }

        _left[round] = residual;
    }
}

/// <summary>An update as it is sent.</summary>
/// <param name="Body">The compressed difference; empty for none.</param>
/// <param name="Lost">The round whose residual is not here any more, or null.</param>
internal readonly record struct CompressedParameters(ReadOnlyMemory<byte> Body, int? Lost);
