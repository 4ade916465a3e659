namespace FedActors.Simulation.Scenarios;

/// <summary>Examples that are made when they are needed: each class lies around a centre of its own.</summary>
public sealed record SyntheticExamples
{
    /// <summary>Numbers per example.</summary>
    public int Features { get; init; } = 32;

    /// <summary>Classes told apart.</summary>
    public int Classes { get; init; } = 10;

    /// <summary>Examples of a client, drawn for each; at least 1.</summary>
    public Distribution Samples { get; init; } = Distribution.Constant(20);

    /// <summary>Concentration of each client's classes (Dirichlet): the smaller, the more clients differ; null for alike clients.</summary>
    public double? Alpha { get; init; }

    /// <summary>Deviation of the centres' coordinates; around a centre it is 1. The larger, the easier classes are told apart.</summary>
    public double Separation { get; init; } = 0.5;

    /// <summary>Examples that no client has.</summary>
    public int EvaluationSamples { get; init; } = 2000;
}
