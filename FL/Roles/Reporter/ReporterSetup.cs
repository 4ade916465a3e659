namespace FedActors.FL.Roles;

/// <summary>What a reporter needs.</summary>
public sealed record ReporterSetup
{
    /// <summary>Its name, and the id of its node.</summary>
    public string ReporterId { get; init; } = "reporter";

    /// <summary>How often it reports.</summary>
    public TimeSpan ReportInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets every report, or null.</summary>
    public IReporterObserver? Observer { get; init; }
}
