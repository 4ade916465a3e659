using System.Globalization;

namespace FedActors.Simulation.Schedules;

/// <summary>Something happened that must never happen.</summary>
/// <param name="At">When, since the beginning.</param>
/// <param name="Invariant">What was broken, in a few words that do not change.</param>
/// <param name="Text">How, for people.</param>
public sealed record Violation(TimeSpan At, string Invariant, string Text)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Invariant} at {At.TotalSeconds:0.000} s: {Text}");
}
