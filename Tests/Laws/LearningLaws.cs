using FedActors.FL.Gossip;
using FedActors.Tests.FL.Gossip;

namespace FedActors.Tests.Laws;

/// <summary>The laws of learning without a coordinator: machines that hear of each other late and out of order.</summary>
internal static class LearningLaws
{
    public const string OneMean = "peers settle on one mean over the same models, whoever dies";
    public const string SameModels = "peers that keep step average the same models in every round";

    public static IReadOnlyList<Law> All { get; } =
    [
        new(OneMean, 300, (seed, parts) =>
        {
            int peers = 2 + (int)(seed % 5);
            LearningWorld world = new(seed, peers, rounds: 6, slowestTraining: seed % 3 == 0 ? 5_000 : 200, parts: parts);
            if (seed % 4 == 1)
            {
                world.Pass(1_500);
                world.Kill((int)(seed % (ulong)peers));
            }

            world.Pass(120_000);
            return world.IsSound && world.Living.All(machine => machine is { Phase: LearningPhase.Done, Settled: not null })
                && world.Living.Select(machine => machine.Settled).Distinct().Count() == 1
                && world.Trained.Distinct().Count() == world.Trained.Count;
        }, IsSchedule: true),
        new(SameModels, 200, (seed, parts) =>
        {
            int peers = 3 + (int)(seed % 3);
            LearningWorld world = new(seed, peers, rounds: 8, slowestTraining: 400, interval: TimeSpan.FromSeconds(10), parts);
            world.Pass(120_000);
            return world.IsSound && world.Closed.Count == 8 * peers
                && world.Closed.All(closed => closed.Models == string.Join(' ', Enumerable.Range(0, peers).Select(i => $"{(char)('a' + i)}@{closed.Round}")));
        }, IsSchedule: true),
    ];
}
