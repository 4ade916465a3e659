namespace FedActors.Storage.Residuals;

/// <summary>A residual store that ends with its process: what it held is lost then, and the site begins with none.</summary>
public sealed class MemoryResidualStore : IResidualStore
{
    private readonly Lock _sync = new();
    private readonly List<(string RunId, int Round, double[] Values)> _kept = [];

    /// <inheritdoc/>
    public double[]? Find(string runId, int round)
    {
        lock (_sync)
        {
            return _kept.Find(kept => kept.RunId == runId && kept.Round == round).Values;
        }
    }

    /// <inheritdoc/>
    public void Keep(string runId, int round, double[] values, int spared)
    {
        ArgumentNullException.ThrowIfNull(runId);
        ArgumentNullException.ThrowIfNull(values);
        lock (_sync)
        {
            _kept.RemoveAll(kept => kept.RunId != runId || kept.Round != spared || kept.Round == round);
            _kept.Add((runId, round, values));
        }
    }
}
