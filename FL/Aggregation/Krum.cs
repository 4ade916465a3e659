namespace FedActors.FL.Aggregation;

/// <summary>The one update with the lowest Krum score.</summary>
/// <remarks>Blanchard et al. 2017, section 4: multi-Krum with m = 1. Default f: 0, as in Flower.</remarks>
/// <param name="attackers">f: updates that may be anything, at least 0.</param>
public sealed class Krum(int attackers = 0) : MultiKrum(attackers, keep: 1)
{
    /// <summary>The rule's name.</summary>
    public new const string RuleName = "krum";

    /// <inheritdoc/>
    public override string Name => RuleName;
}
