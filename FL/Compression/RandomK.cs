using System.Globalization;
using FedActors.FL.Models;
using FedActors.FL.Numerics;

namespace FedActors.FL.Compression;

/// <summary>Numbers at random places, the same for all sites of a round. The places follow from the run's seed and are not sent.</summary>
/// <param name="Share">Of all numbers, over 0 and at most 1.</param>
/// <remarks>
/// Numbers are sent as they are, and what is left out waits for a later round (Stich et al. 2018, rand-k with memory), rather than
/// scaled by n/k to be without bias: that multiplies the variance by n/k, which at a hundredth of the numbers no run survives. All sites
/// send the same places, so that a rule that compares coordinate by coordinate compares like with like.
/// </remarks>
internal sealed record RandomK(double Share) : Reduction
{
    /// <summary>Its name in a configuration.</summary>
    public const string Name = "randomk";

    /// <inheritdoc/>
    public override int Code => 2;

    /// <inheritdoc/>
    public override string Text => string.Create(CultureInfo.InvariantCulture, $"{Name}({Share})");

    /// <inheritdoc/>
    public override int CountOf(ParameterLayout layout) => TopK.CountOf(Share, layout.Count);

    /// <inheritdoc/>
    public override ReducedUpdate Reduce(float[] values, ParameterLayout layout, UpdateOrigin origin)
    {
        float[] kept = new float[CountOf(layout)];
        Places places = new(values.Length, kept.Length, origin);
        for (int i = 0; i < kept.Length; i++)
        {
            kept[i] = values[places.Next()];
        }

        return new ReducedUpdate(kept, []);
    }

    /// <inheritdoc/>
    public override void Expand(ReadOnlySpan<float> kept, ReadOnlySpan<byte> side, ParameterLayout layout, UpdateOrigin origin, Span<float> values)
    {
        Places places = new(values.Length, kept.Length, origin);
        foreach (float value in kept)
        {
            values[places.Next()] = value;
        }
    }

    /// <summary>So many of so many places in ascending order, each choice as likely as any other (Knuth, volume 2, algorithm S).</summary>
    private struct Places(int count, int wanted, UpdateOrigin origin)
    {
        private readonly RandomStream _chance = RandomStream.For(origin.Seed, "compression places", "", origin.Round);
        private int _next;
        private int _wanted = wanted;

        public int Next()
        {
            while (_chance.NextInt(count - _next) >= _wanted)
            {
                _next++;
            }

            _wanted--;
            return _next++;
        }
    }
}
