using System.Globalization;

namespace FedActors.Simulation.Schedules;

/// <summary>One thing that goes wrong at one time. It depends on no other fault, so that any can be left out.</summary>
/// <param name="At">When.</param>
/// <param name="Kind">What.</param>
/// <param name="Host">Where.</param>
/// <param name="Other">The other machine, where two are concerned.</param>
/// <param name="Duration">How long it lasts, or how long a dead process stays dead.</param>
/// <param name="Detail">Decides what the kind leaves open.</param>
public sealed record Fault(TimeSpan At, FaultKind Kind, string Host, string Other, TimeSpan Duration, int Detail)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Kind} of {Host}{(Other.Length == 0 ? "" : $" and {Other}")} at {At.TotalSeconds:0.000} s for {Duration.TotalSeconds:0.000} s ({Detail})");
}
