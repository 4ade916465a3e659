using FedActors.FL.Protocol;

namespace FedActors.Scripts.Runs;

/// <summary>A node's actors, and what they were a moment ago.</summary>
/// <param name="Now">Now.</param>
/// <param name="Before">Then; null if it was asked once.</param>
/// <param name="Between">The time between the two.</param>
internal sealed record ObservedNode(NodeActors Now, NodeActors? Before, TimeSpan Between)
{
    /// <summary>Messages that an actor handled in a second, or null if that is not known.</summary>
    public double? RateOf(ActorLine actor) =>
        Before?.Actors.FirstOrDefault(line => line.Name == actor.Name) is { } before && actor.Handled >= before.Handled
            ? (actor.Handled - before.Handled) / Between.TotalSeconds
            : null;

    /// <summary>An actor's state in words.</summary>
    public static string StateOf(ActorLine actor) => actor.State.ToString().ToLowerInvariant();
}
