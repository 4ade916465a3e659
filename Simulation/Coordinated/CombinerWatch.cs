using FedActors.FL.Aggregation;
using FedActors.FL.Protocol;
using FedActors.Simulation.Worlds;

namespace FedActors.Simulation.Coordinated;

/// <summary>Holds a combiner to what it was told: its sum is of those whom it was asked for, each once and with the weight that the provider gave it.</summary>
/// <remarks>A provider refuses any other sum and goes on without its combiner, so that no round would show it.</remarks>
/// <param name="combiner">Its machine.</param>
/// <param name="report">Told which invariant is broken, and how.</param>
internal sealed class CombinerWatch(string combiner, Action<string, string> report)
{
    private const string Invariant = "a combiner sums what counts, once";

    private readonly Dictionary<string, CountUpdate> _counted = new(StringComparer.Ordinal);
    private SumRequest? _asked;

    /// <summary>An update counts, and is told to a place here.</summary>
    public void OnCounted(CountUpdate count) => _counted[count.WorkerId] = count;

    /// <summary>The combiner is asked for a sum.</summary>
    public void OnAsked(SumRequest request) => _asked = request;

    /// <summary>The combiner answers.</summary>
    public void OnSum(PartialSum sum)
    {
        if (_asked?.Key != sum.Key || !_asked.Workers.SequenceEqual(sum.Workers))
        {
            report(Invariant, $"{combiner} sends for {sum.Key} the sum of {string.Join(", ", sum.Workers)}; it was asked last for that of {string.Join(", ", _asked?.Workers ?? [])} for {_asked?.Key}");
            return;
        }

        if (sum.Workers.FirstOrDefault(worker => _counted.GetValueOrDefault(worker)?.Key != sum.Key) is { } uncounted)
        {
            report(Invariant, $"{combiner} has the update of {uncounted} in its sum for {sum.Key}, which it was never told to count");
            return;
        }

        double[] weights = [.. sum.Workers.Select(worker => _counted[worker].Weight)];
        if (!SumCodec.TryRead(sum.Body.Span, SimulatedSites.Model.Layout, weights, out _, out string? fault))
        {
            report(Invariant, $"{combiner} sends for {sum.Key} no sum of {string.Join(", ", sum.Workers)}: {fault}");
        }
    }
}
