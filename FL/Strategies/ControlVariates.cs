namespace FedActors.FL.Strategies;

/// <summary>SCAFFOLD's control variates: each site's c_i, its usual direction, and c, everybody's.</summary>
/// <remarks>
/// Karimireddy et al. 2020, SCAFFOLD, algorithm 1 with option II. A site steps by y - η(g(y) - c_i + c); after K_i steps from x,
/// c_i becomes c_i - c + (x - y_i) / (K_i η), and c moves by the mean change of all N sites. All begin with 0, so that c is always the mean
/// of the c_i and need not be kept. The new c_i follows from what a site sends anyway, so that nothing travels up beside the update and
/// a site that lost its memory has lost nothing.
/// </remarks>
public sealed class ControlVariates
{
    private readonly SiteVectors _sites;
    private readonly double[] _common;

    /// <summary>The variates that some rounds left.</summary>
    /// <param name="sites">Each c_i; a site without one has 0.</param>
    /// <param name="population">N: all sites of the run, whether they have taken part or not.</param>
    /// <param name="count">The model's parameters.</param>
    public ControlVariates(SiteVectors sites, int population, int count)
    {
        ArgumentNullException.ThrowIfNull(sites);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        _sites = sites;
        _common = new double[count];
        foreach (SiteVector site in sites.All)
        {
            ReadOnlySpan<float> values = site.Values.Span;
            for (int i = 0; i < _common.Length; i++)
            {
                _common[i] += values[i];
            }
        }

        int all = Math.Max(Math.Max(population, sites.Count), 1);
        for (int i = 0; i < _common.Length; i++)
        {
            _common[i] /= all;
        }
    }

    /// <summary>c.</summary>
    public ReadOnlySpan<double> Common => _common;

    /// <summary>c - c_i: what a site adds to its gradients.</summary>
    public float[] CorrectionOf(string site)
    {
        float[] correction = new float[_common.Length];
        ReadOnlySpan<float> own = _sites.Find(site) is { } known ? known.Values.Span : [];
        for (int i = 0; i < correction.Length; i++)
        {
            correction[i] = (float)(_common[i] - (own.IsEmpty ? 0 : own[i]));
        }

        return correction;
    }

    /// <summary>A site's c_i after its update was counted.</summary>
    /// <param name="site">The site.</param>
    /// <param name="global">x: what it started from.</param>
    /// <param name="update">y_i: what it came to.</param>
    /// <param name="steps">K_i, at least 1.</param>
    /// <param name="learningRate">η.</param>
    public SiteVector Next(string site, ReadOnlySpan<float> global, ReadOnlySpan<float> update, long steps, double learningRate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(learningRate);
        float[] next = new float[_common.Length];
        ReadOnlySpan<float> own = _sites.Find(site) is { } known ? known.Values.Span : [];
        double scale = 1 / (steps * learningRate);
        for (int i = 0; i < next.Length; i++)
        {
            next[i] = (float)((own.IsEmpty ? 0 : own[i]) - _common[i] + (scale * ((double)global[i] - update[i])));
        }

        return new SiteVector(site, next);
    }
}
