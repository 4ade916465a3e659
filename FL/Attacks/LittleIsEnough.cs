using FedActors.FL.Numerics;

namespace FedActors.FL.Attacks;

/// <summary>ALIE: as far from the honest mean as an honest update near the crowd's edge might be, in every coordinate.</summary>
/// <remarks>
/// Baruch et al. 2019, A little is enough, algorithm 3: mean - z · deviation with z = Φ⁻¹((n - f - s) / (n - f)) and
/// s = ⌊n / 2⌋ + 1 - f, the honest sites that must lie farther out for attackers to make a majority with them.
/// </remarks>
public sealed class LittleIsEnough : Attack
{
    /// <inheritdoc/>
    public override string Name => "alie";

    /// <summary>z for so many sites and attackers.</summary>
    public static double Reach(int clients, int attackers)
    {
        int honest = clients - attackers;
        int needed = (clients / 2) + 1 - attackers;

        // With a majority of attackers nobody honest is needed, and no distance is too far; the outermost of the crowd is taken then.
        double share = (double)(honest - Math.Clamp(needed, 1, honest - 1)) / honest;
        return NormalDistribution.Quantile(share);
    }

    /// <inheritdoc/>
    private protected override void Craft<T>(AttackScene<T> scene, Span<T> update)
    {
        double reach = Reach(scene.Clients, scene.Attackers);
        for (int i = 0; i < update.Length; i++)
        {
            double mean = scene.Mean(i);
            update[i] = T.CreateTruncating(mean - (reach * scene.Deviation(i, mean)));
        }
    }
}
