using FedActors.FL.Gossip;

namespace FedActors.FL.Roles;

/// <summary>Follows a reporter from inside its process.</summary>
/// <remarks>Calls come from the reporter, one at a time. An implementation must return quickly and not throw.</remarks>
public interface IReporterObserver
{
    /// <summary>A report is due.</summary>
    void OnReport(NetworkReport report);
}
