using FedActors.Storage.Residuals;

namespace FedActors.Simulation.Coordinated;

/// <summary>A site's residuals on its disk, which outlive its process. Tells of each update whether the residual that it was to go on from was there.</summary>
/// <param name="inner">The disk.</param>
/// <param name="compressed">Told the round, the round that it goes on from, and whether that one's residual was there.</param>
internal sealed class WatchedResiduals(IResidualStore inner, Action<int, int, bool> compressed) : IResidualStore
{
    public double[]? Find(string runId, int round) => inner.Find(runId, round);

    public void Keep(string runId, int round, double[] values, int spared)
    {
        compressed(round, spared, spared == 0 || inner.Find(runId, spared) is not null);
        inner.Keep(runId, round, values, spared);
    }
}
