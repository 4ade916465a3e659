namespace FedActors.Scripts.Measuring;

/// <summary>What a workload's figure counts.</summary>
/// <param name="Name">In a table, behind the workload's name, or empty where that says it all.</param>
/// <param name="Unit">The unit of the figures, as programs read them: <c>messages/s</c>, <c>us</c>.</param>
/// <param name="Better">Which way is better.</param>
internal sealed record Quantity(string Name, string Unit, Better Better)
{
    /// <summary>Messages that actors handle.</summary>
    public static readonly Quantity Messages = Rate("messages/s");

    /// <summary>Questions that are answered.</summary>
    public static readonly Quantity Answers = Rate("answers/s");

    /// <summary>What a table divides figures by, so that people read small numbers.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>The unit in a table, where <see cref="Scale"/> is not 1.</summary>
    public string? ScaledUnit { get; init; }

    /// <summary>What is asked of it, if anything.</summary>
    public Target? Target { get; init; }

    /// <summary>How many there are in a second, of which people read millions.</summary>
    /// <param name="unit">What is counted, by the second.</param>
    public static Quantity Rate(string unit) => new(string.Empty, unit, Better.Higher) { Scale = 1e6, ScaledUnit = "M/s" };
}

/// <summary>Which way a figure is better.</summary>
internal enum Better
{
    Higher,
    Lower,
}
