using FedActors.FL.Numerics;

namespace FedActors.FL.Models;

/// <summary>Softmax (multinomial logistic) regression: logits = x·W + b, class probabilities their softmax.</summary>
/// <remarks>Parameters: <c>W [features, classes]</c> in C order, then <c>b [classes]</c>.</remarks>
public static class SoftmaxRegression
{
    /// <summary>The layout of its parameters.</summary>
    /// <param name="features">Numbers per example.</param>
    /// <param name="classes">Classes told apart.</param>
    public static ParameterLayout CreateLayout(int features, int classes) => new(new TensorShape("W", features, classes), new TensorShape("b", classes));

    /// <summary>Initial parameters: W drawn from N(0, 2 / features), b = 0 (He et al. 2015, section 2.2).</summary>
    /// <param name="specification">A softmax model.</param>
    /// <param name="seed">The run's seed; the same seed gives the same bits everywhere.</param>
    public static ParameterVector Initialise(ModelSpecification specification, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(specification);
        RandomStream random = RandomStream.For(seed, "initialise");
        ParameterVector parameters = new(specification.Layout);
        Span<float> w = parameters.AsSpan()[..(specification.Features * specification.Classes)];
        double scale = Math.Sqrt(2.0 / specification.Features);
        for (int i = 0; i < w.Length; i++)
        {
            w[i] = (float)(random.NextGaussian() * scale);
        }

        return parameters;
    }
}
