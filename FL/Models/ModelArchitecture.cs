using System.Collections.Immutable;
using System.Globalization;

namespace FedActors.FL.Models;

/// <summary>The layers that a model's kind stands for, given features and classes.</summary>
/// <remarks>
/// <c>softmax</c> is one layer. <c>mlp:256,128</c> has rectified hidden layers of those sizes, and <c>mlp</c> one of 128. <c>cnn:28x28x1</c>
/// has the shape of LeNet (LeCun et al. 1998): two convolutions of 5 x 5 with 16 and 32 filters, each rectified and pooled by 2 x 2, a
/// hidden layer of 128, and the classes; <c>cnn</c> takes the features for a square picture of one channel.
/// </remarks>
internal sealed class ModelArchitecture
{
    /// <summary>What a person may write.</summary>
    public const string Allowed = "softmax, mlp or mlp:SIZE,SIZE,..., cnn or cnn:HEIGHTxWIDTHxCHANNELS";

    private const string Perceptron = "mlp";
    private const string Convolutional = "cnn";

    /// <summary>Most hidden layers: deeper ones do not train without means that are not offered.</summary>
    private const int MaxHidden = 8;

    /// <summary>Most units of a hidden layer, as many as bound one layer's matrix well below the largest model.</summary>
    private const int MaxUnits = 1 << 16;

    /// <summary>Least height and width of a picture: below, the second convolution has nothing left to look at.</summary>
    private const int LeastSide = 16;

    private const int FirstFilters = 16;
    private const int SecondFilters = 32;
    private const int Hidden = 128;

    private ModelArchitecture(string name, ImmutableArray<LayerShape> layers)
    {
        Name = name;
        Layers = layers;
    }

    /// <summary>The kind in full: equal models have equal names.</summary>
    public string Name { get; }

    /// <summary>From the features to the classes.</summary>
    public ImmutableArray<LayerShape> Layers { get; }

    /// <summary>The layout of the parameters: each layer's weights, then its biases.</summary>
    public ParameterLayout ToLayout() => new([.. Layers.SelectMany((layer, index) =>
    {
        string suffix = Layers.Length == 1 ? "" : (index + 1).ToString(CultureInfo.InvariantCulture);
        return (TensorShape[])[layer.Weights("W" + suffix), new TensorShape("b" + suffix, layer.Columns)];
    })]);

    /// <summary>Whether a text is a kind of model for some features and classes.</summary>
    public static bool IsKind(string kind) => kind.Split(':') switch
    {
        [ModelSpecification.Softmax or Perceptron or Convolutional] => true,
        [Perceptron, string sizes] => ParseSizes(sizes) is not null,
        [Convolutional, string sides] => ParseSides(sides) is not null,
        _ => false,
    };

    /// <summary>Finds the layers, or says why there are none.</summary>
    /// <param name="kind">The kind, in short or in full.</param>
    /// <param name="features">Numbers per example, at least 1.</param>
    /// <param name="classes">Classes, at least 2.</param>
    /// <param name="fault">What is wrong where the result is null.</param>
    public static ModelArchitecture? Find(string kind, int features, int classes, out string? fault)
    {
        fault = IsKind(kind) ? null : $"Model kind '{kind}' is not known; known: {Allowed}.";
        return fault is not null ? null : kind.Split(':') switch
        {
            [ModelSpecification.Softmax] => new ModelArchitecture(ModelSpecification.Softmax, [new DenseShape(features, classes, Rectified: false)]),
            [Perceptron] => OfPerceptron([Hidden], features, classes),
            [Perceptron, string sizes] => OfPerceptron(ParseSizes(sizes)!, features, classes),
            [_, string sides] => OfPicture(kind, ParseSides(sides)!, features, classes, out fault),
            _ => OfPicture(kind, [(int)Math.Round(Math.Sqrt(features)), (int)Math.Round(Math.Sqrt(features)), 1], features, classes, out fault),
        };
    }

    private static ModelArchitecture OfPerceptron(int[] hidden, int features, int classes)
    {
        int[] sizes = [features, .. hidden, classes];
        return new ModelArchitecture(
            $"{Perceptron}:{string.Join(',', hidden)}",
            [.. sizes[1..].Select((size, index) => new DenseShape(sizes[index], size, Rectified: index < hidden.Length))]);
    }

    private static ModelArchitecture? OfPicture(string kind, int[] sides, int features, int classes, out string? fault)
    {
        (int height, int width, int channels) = (sides[0], sides[1], sides[2]);
        if ((long)height * width * channels != features)
        {
            fault = $"Model {kind} looks at pictures of {height} x {width} x {channels}, which are {(long)height * width * channels} features, not {features}; write cnn:HEIGHTxWIDTHxCHANNELS.";
            return null;
        }

        if (Math.Min(height, width) < LeastSide)
        {
            fault = $"Model {kind} needs pictures of at least {LeastSide} x {LeastSide}, not {height} x {width}.";
            return null;
        }

        fault = null;
        ConvolutionShape first = new(height, width, channels, FirstFilters);
        ConvolutionShape second = new(first.PooledHeight, first.PooledWidth, FirstFilters, SecondFilters);
        return new ModelArchitecture(
            $"{Convolutional}:{height}x{width}x{channels}",
            [first, second, new DenseShape(second.Outputs, Hidden, Rectified: true), new DenseShape(Hidden, classes, Rectified: false)]);
    }

    private static int[]? ParseSizes(string text) =>
        text.Split(',') is { Length: <= MaxHidden } parts ? ParseAll(parts, MaxUnits) : null;

    private static int[]? ParseSides(string text) =>
        text.Split('x') is { Length: 3 } parts ? ParseAll(parts, ModelSpecification.MaxFeatures) : null;

    private static int[]? ParseAll(string[] parts, int most)
    {
        int[] numbers = new int[parts.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            // One spelling of a number, so that equal models have equal names.
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]) || numbers[i] < 1 || numbers[i] > most || parts[i][0] == '0')
            {
                return null;
            }
        }

        return numbers;
    }
}
