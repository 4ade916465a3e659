using FedActors.FL.Data;
using System.Numerics;

namespace FedActors.FL.Attacks;

/// <summary>What a malicious site sends instead of an honest update: for simulations that measure how a strategy stands it.</summary>
/// <remarks>
/// All attackers of a round collude and send the same unless chance is a part of the attack. They know what the honest sites send,
/// which is the worst that the papers assume.
/// </remarks>
public abstract class Attack
{
    private protected Attack()
    {
    }

    /// <summary>Its name in scenarios and tables.</summary>
    public abstract string Name { get; }

    /// <summary>Whether the attacker trains on labels turned around: c becomes classes - 1 - c.</summary>
    public virtual bool FlipsLabels => false;

    /// <summary>A site's examples with their labels turned around.</summary>
    internal static DataSet Turned(DataSet site)
    {
        int[] labels = site.Labels.ToArray();
        for (int row = 0; row < labels.Length; row++)
        {
            labels[row] = site.Classes - 1 - labels[row];
        }

        return new DataSet(site.Features, site.Classes, site.Values.ToArray(), labels);
    }

    /// <summary>Makes an attacker's update.</summary>
    /// <param name="scene">What the attacker knows.</param>
    /// <param name="own">What its own training gave, on turned labels where it turns them.</param>
    /// <returns>A new vector.</returns>
    public T[] Craft<T>(AttackScene<T> scene, ReadOnlySpan<T> own)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(scene);
        T[] update = own.ToArray();
        Craft(scene, update.AsSpan());
        return update;
    }

    /// <summary>Turns the attacker's own update into what it sends.</summary>
    private protected abstract void Craft<T>(AttackScene<T> scene, Span<T> update)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}
