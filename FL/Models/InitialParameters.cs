using System.Globalization;
using FedActors.FL.Numerics;

namespace FedActors.FL.Models;

/// <summary>The parameters with which a run begins.</summary>
public static class InitialParameters
{
    /// <summary>Draws each layer's weights from N(0, 2 / inputs of a sum), with biases 0 (He et al. 2015, section 2.2).</summary>
    /// <param name="specification">The model.</param>
    /// <param name="seed">The run's seed; the same seed gives the same bits everywhere. Each layer has a stream of its own, so that it does not depend on the others' sizes.</param>
    public static ParameterVector Draw(ModelSpecification specification, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(specification);
        ParameterVector parameters = new(specification.Layout);
        int layers = specification.Architecture.Layers.Length;
        for (int layer = 0; layer < layers; layer++)
        {
            LayerShape shape = specification.Architecture.Layers[layer];
            RandomStream random = RandomStream.For(seed, "initialise", layers == 1 ? "" : (layer + 1).ToString(CultureInfo.InvariantCulture));
            Fill(parameters.AsSpan().Slice(specification.Layout.OffsetOf(2 * layer), shape.FanIn * shape.Columns), Math.Sqrt(2.0 / shape.FanIn), random);
        }

        return parameters;
    }

    private static void Fill(Span<float> weights, double scale, RandomStream random)
    {
        foreach (ref float weight in weights)
        {
            weight = (float)(random.NextGaussian() * scale);
        }
    }
}
