namespace FedActors.FL.Roles;

/// <summary>To a provider of this process: end the run. What is committed stays and the run can be resumed.</summary>
/// <param name="Reason">Who asks, or why.</param>
public sealed record StopRun(string Reason);
