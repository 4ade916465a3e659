namespace FedActors.Scripts.Measuring;

/// <summary>One quantity of one comparison, over all repetitions.</summary>
/// <param name="Name">The comparison's name.</param>
/// <param name="Quantity">What the figures count.</param>
/// <param name="Ours">The product's figures.</param>
/// <param name="Raw">Bare code's, or null where there is none.</param>
/// <param name="Ratio">Ours divided by raw within each repetition, so that a machine that changes its pace changes both; null without raw.</param>
internal sealed record MeasuredRow(string Name, Quantity Quantity, Spread Ours, Spread? Raw, Spread? Ratio)
{
    /// <summary>Whether the median is what is asked of it; null where nothing is.</summary>
    public bool? IsMet => Quantity.Target is { } target && (target.IsRatio ? Ratio : Ours) is { } reached
        ? (Quantity.Better == Better.Higher ? reached.Median >= target.Figure : reached.Median <= target.Figure)
        : null;
}
