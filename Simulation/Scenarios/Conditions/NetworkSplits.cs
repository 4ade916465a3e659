namespace FedActors.Simulation.Scenarios;

/// <summary>When a network of peers falls in two: it is whole and split in turns whose lengths are drawn for each turn, as is who is on which side.</summary>
/// <param name="Whole">Seconds that it is whole at a time.</param>
/// <param name="Split">Seconds that it is then in two; 0 for a network that never falls.</param>
public sealed record NetworkSplits(Distribution Whole, Distribution Split)
{
    /// <summary>A network that never falls in two.</summary>
    public static NetworkSplits Never { get; } = new(Distribution.Constant(60), Distribution.Constant(0));

    /// <summary>Whether it never falls in two.</summary>
    internal bool IsNever => Split.IsZero;
}
