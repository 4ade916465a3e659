namespace FedActors.FL.Models;

/// <summary>Which model a run trains. All its participants must have an equal one, whatever labels their own data happen to hold.</summary>
public sealed record ModelSpecification
{
    /// <summary>Softmax regression: one layer, from the features to the classes.</summary>
    public const string Softmax = "softmax";

    /// <summary>Most numbers per example: a megapixel, beyond which one row no longer fits a core's cache.</summary>
    public const int MaxFeatures = 1 << 20;

    /// <summary>Most classes: a confusion matrix of this width already takes 128 MiB.</summary>
    public const int MaxClasses = 1 << 12;

    /// <summary>Most characters of a kind: a hidden layer takes six.</summary>
    public const int MaxKindLength = 64;

    private readonly Lazy<ParameterLayout> _layout;

    /// <summary>Specifies a model.</summary>
    /// <param name="kind">A known kind, in short or in full: <see cref="Softmax"/>, <c>mlp:256,128</c>, <c>cnn:28x28x1</c>.</param>
    /// <param name="features">Numbers per example, 1..<see cref="MaxFeatures"/>.</param>
    /// <param name="classes">Classes told apart, 2..<see cref="MaxClasses"/>.</param>
    /// <exception cref="ArgumentException">The text of <see cref="FindFault"/>.</exception>
    public ModelSpecification(string kind, int features, int classes)
    {
        Architecture = Find(kind, features, classes, out string? fault) ?? throw new ArgumentException(fault);
        Features = features;
        Classes = classes;

        // Most specifications come from elsewhere to be compared with one's own, and nothing more.
        _layout = new Lazy<ParameterLayout>(Architecture.ToLayout);
    }

    /// <summary>Model kind in full: <c>mlp</c> is <c>mlp:128</c> here.</summary>
    public string Kind => Architecture.Name;

    /// <summary>Numbers per example.</summary>
    public int Features { get; }

    /// <summary>Classes told apart.</summary>
    public int Classes { get; }

    /// <summary>The layout of its parameters.</summary>
    public ParameterLayout Layout => _layout.Value;

    /// <summary>Its layers.</summary>
    internal ModelArchitecture Architecture { get; }

    /// <summary>Whether two models are the same.</summary>
    public bool Equals(ModelSpecification? other) => other is not null && Kind == other.Kind && Features == other.Features && Classes == other.Classes;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, Features, Classes);

    /// <summary>Whether a text names a kind of model, for features and classes that fit it.</summary>
    public static bool IsKind(string kind)
    {
        ArgumentNullException.ThrowIfNull(kind);
        return kind.Length <= MaxKindLength && ModelArchitecture.IsKind(kind);
    }

    /// <summary>Says what is wrong with a specification that came from elsewhere, or null.</summary>
    public static string? FindFault(string kind, int features, int classes)
    {
        Find(kind, features, classes, out string? fault);
        return fault;
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

    private static ModelArchitecture? Find(string kind, int features, int classes, out string? fault)
    {
        ArgumentNullException.ThrowIfNull(kind);
        if (!IsKind(kind))
        {
            fault = $"Model kind '{kind}' is not known; known: {ModelArchitecture.Allowed}.";
            return null;
        }

        if (features is < 1 or > MaxFeatures)
        {
            fault = $"A model has 1 to {MaxFeatures} features, not {features}.";
            return null;
        }

        if (classes is < 2 or > MaxClasses)
        {
            fault = $"A model has 2 to {MaxClasses} classes, not {classes}.";
            return null;
        }

        ModelArchitecture? architecture = ModelArchitecture.Find(kind, features, classes, out fault);
        long parameters = architecture?.Layers.Sum(layer => layer.Parameters) ?? 0;
        if (parameters > ParameterLayout.MaxCount)
        {
            fault = $"{kind} with {features} features and {classes} classes makes {parameters} parameters; at most {ParameterLayout.MaxCount} are supported.";
            return null;
        }

        return architecture;
    }
}
