using FedActors.Tests.Crdt.Gossip;

namespace FedActors.Tests.Laws;

/// <summary>The laws of the exchange, on a bus that loses, repeats, delays, reorders and cuts.</summary>
internal static class ExchangeLaws
{
    public const string DeletedStays = "a deleted key never comes back";

    public static IReadOnlyList<Law> All { get; } =
    [
        new("replicas end in one state, and their counter is the sum of what was acknowledged", 2_400, (seed, parts) =>
        {
            GossipSimulation simulation = new(seed, replicas: 2 + (int)(seed % 5), parts: parts);
            simulation.Disturb(60);
            return simulation.Heal() && simulation.Replicas[0].State.Counter.Value == simulation.Acknowledged;
        }, IsSchedule: true),
        new(DeletedStays, 800, (seed, parts) =>
        {
            GossipSimulation simulation = Deleted(seed, parts, out _);
            return !simulation.HasSharedValue;
        }, IsSchedule: true),
        new("a tombstone is forgotten once all have acknowledged it", 800, (seed, parts) =>
        {
            Deleted(seed, parts, out bool isForgotten);
            return isForgotten;
        }, IsSchedule: true),
    ];

    /// <summary>Everything that all hold is deleted at one of them, in bad times and in good ones.</summary>
    private static GossipSimulation Deleted(ulong seed, LawParts parts, out bool isForgotten)
    {
        GossipSimulation simulation = new(seed, replicas: 3 + (int)(seed % 3), parts: parts);
        simulation.Disturb(40);
        bool agreed = simulation.Heal();
        simulation.DeleteAll(who: 0);
        simulation.Struggle(30);
        bool forgotten = simulation.Heal(until: () => simulation.Replicas[0].State.Map.Tombstones == 0);
        simulation.Struggle(10);
        isForgotten = simulation.Heal() && agreed && forgotten;
        return simulation;
    }
}
