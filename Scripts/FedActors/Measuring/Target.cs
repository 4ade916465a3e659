namespace FedActors.Scripts.Measuring;

/// <summary>What the project asks of a figure on two cores of a server, both nodes in one process.</summary>
/// <param name="Figure">In the quantity's unit, or ours divided by raw.</param>
/// <param name="IsRatio">Whether it is asked of the ratio.</param>
internal sealed record Target(double Figure, bool IsRatio = false);
