namespace FedActors.FL.Models;

/// <summary>Which model a run trains. All its participants must have an equal one, whatever labels their own data happen to hold.</summary>
public sealed record ModelSpecification
{
    /// <summary>The kind of <see cref="SoftmaxRegression"/>.</summary>
    public const string Softmax = "softmax";

    /// <summary>Most numbers per example: a megapixel, beyond which one row no longer fits a core's cache.</summary>
    public const int MaxFeatures = 1 << 20;

    /// <summary>Most classes: a confusion matrix of this width already takes 128 MiB.</summary>
    public const int MaxClasses = 1 << 12;

    /// <summary>Specifies a model.</summary>
    /// <param name="kind">A known kind: <see cref="Softmax"/>.</param>
    /// <param name="features">Numbers per example, 1..<see cref="MaxFeatures"/>.</param>
    /// <param name="classes">Classes told apart, 2..<see cref="MaxClasses"/>.</param>
    /// <exception cref="ArgumentException">The text of <see cref="FindFault"/>.</exception>
    public ModelSpecification(string kind, int features, int classes)
    {
        if (FindFault(kind, features, classes) is { } fault)
        {
            throw new ArgumentException(fault);
        }

        Kind = kind;
        Features = features;
        Classes = classes;
        Layout = SoftmaxRegression.CreateLayout(features, classes);
    }

    /// <summary>Model kind.</summary>
    public string Kind { get; }

    /// <summary>Numbers per example.</summary>
    public int Features { get; }

    /// <summary>Classes told apart.</summary>
    public int Classes { get; }

    /// <summary>The layout of its parameters.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>Says what is wrong with a specification that came from elsewhere, or null.</summary>
    public static string? FindFault(string kind, int features, int classes)
    {
        if (kind != Softmax)
        {
            return $"Model kind '{kind}' is not known; known: {Softmax}.";
        }

        if (features is < 1 or > MaxFeatures)
        {
            return $"A model has 1 to {MaxFeatures} features, not {features}.";
        }

        if (classes is < 2 or > MaxClasses)
        {
            return $"A model has 2 to {MaxClasses} classes, not {classes}.";
        }

        long parameters = ((long)features + 1) * classes;
        return parameters > ParameterLayout.MaxCount
            ? $"{features} features and {classes} classes make {parameters} parameters; at most {ParameterLayout.MaxCount} are supported."
            : null;
    }

    /// <summary>Names every field in which another specification differs from this one, or null when they are equal.</summary>
    /// <param name="other">What a site brings.</param>
    /// <returns>For instance <c>classes: 10 expected, 7 found</c>.</returns>
    public string? DescribeMismatch(ModelSpecification other)
    {
        ArgumentNullException.ThrowIfNull(other);
        List<string> differences = [];
        if (Kind != other.Kind)
        {
            differences.Add($"kind: {Kind} expected, {other.Kind} found");
        }

        if (Features != other.Features)
        {
            differences.Add($"features: {Features} expected, {other.Features} found");
        }

        if (Classes != other.Classes)
        {
            differences.Add($"classes: {Classes} expected, {other.Classes} found");
        }

        return differences.Count == 0 ? null : string.Join("; ", differences);
    }

    /// <summary>For instance <c>softmax 36 features, 6 classes</c>.</summary>
    public override string ToString() => $"{Kind} {Features} features, {Classes} classes";
}
