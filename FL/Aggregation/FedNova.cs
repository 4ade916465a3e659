namespace FedActors.FL.Aggregation;

/// <summary>Averages the updates' mean steps instead of the updates, so that a site that took more steps does not count for more.</summary>
/// <remarks>
/// Wang et al. 2020, Tackling the objective inconsistency problem, equation 6, for plain SGD: x - τ_eff Σ p_i d_i with
/// d_i = (x - x_i) / τ_i, p_i = n_i / n and τ_eff = Σ p_i τ_i, where τ_i are the steps that a site took. Equal τ_i give FedAvg.
/// </remarks>
public sealed class FedNova : AggregationRule
{
    /// <summary>The rule's name.</summary>
    public const string RuleName = "fednova";

    /// <inheritdoc/>
    public override string Name => RuleName;

    /// <inheritdoc/>
    public override bool NeedsReference => true;

    /// <inheritdoc/>
    private protected override void Reduce<T>(UpdateBatch<T> batch, Span<T> result)
    {
        if (batch.Steps.IsEmpty)
        {
            throw new ArgumentException("FedNova needs the number of steps that each update took.", nameof(batch));
        }

        double total = 0;
        double effective = 0;
        for (int i = 0; i < batch.Count; i++)
        {
            total += batch.Weights[i];
            effective += batch.Weights[i] * batch.Steps[i];
        }

        effective /= total;
        double[] factors = new double[batch.Count];
        for (int i = 0; i < factors.Length; i++)
        {
            factors[i] = effective * batch.Weights[i] / total / batch.Steps[i];
        }

        batch.Reference.CopyTo(result);
        RowKernels.Move(batch, factors, result);
    }
}
