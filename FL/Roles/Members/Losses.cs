using FedActors.Actors;

namespace FedActors.FL.Roles;

/// <summary>Says why an actor was lost, for people.</summary>
internal static class Losses
{
    public static string Describe(TerminationReason reason) => reason switch
    {
        TerminationReason.Stopped => "it stopped",
        TerminationReason.NotFound => "its node has no such actor",
        TerminationReason.Unreachable => "its connection was lost and did not come back",
        TerminationReason.NodeRestarted => "its node restarted",
        _ => reason.ToString(),
    };
}
