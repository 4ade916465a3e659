namespace FedActors.Storage.Residuals;

/// <summary>Keeps what a site's compression left unsent: after the last update that counted, and after the one that may. One site's alone.</summary>
public interface IResidualStore
{
    /// <summary>The residual that a round of a run left, or null.</summary>
    /// <exception cref="StoreException">It cannot be read.</exception>
    double[]? Find(string runId, int round);

    /// <summary>Keeps a residual in place of every other but one. It outlives the process when the call returns.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="round">The round that left it.</param>
    /// <param name="values">The residual.</param>
    /// <param name="spared">The round of the same run whose residual stays; 0 for none.</param>
    /// <exception cref="StoreException">It is not kept, for instance because the disk is full. The one that was to stay is there all the same.</exception>
    void Keep(string runId, int round, double[] values, int spared);
}
