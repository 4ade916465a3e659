using FedActors.FL.Protocol;

namespace FedActors.FL.Roles;

/// <summary>What of an attempt lies with combiners: whose updates each of them counts, and whose sums have come.</summary>
internal sealed class CombinedRound(RoundKey key)
{
    private readonly SortedDictionary<string, (RegisteredCombiner Combiner, double Weight)> _counted = new(StringComparer.Ordinal);
    private readonly HashSet<RegisteredCombiner> _awaited = [];

    /// <summary>The attempt.</summary>
    public RoundKey Key { get; } = key;

    /// <summary>Sums that are asked for and have not come.</summary>
    public int Sums => _awaited.Count;

    /// <summary>Combiners that owe their sums, in the order of their names.</summary>
    public RegisteredCombiner[] Awaited => [.. _awaited.OrderBy(combiner => combiner.Id, StringComparer.Ordinal)];

    /// <summary>Whether sums are asked for and have not all come.</summary>
    public bool IsAwaiting => _awaited.Count > 0;

    /// <summary>An update counts where it is.</summary>
    public void Count(string worker, RegisteredCombiner combiner, double weight) => _counted[worker] = (combiner, weight);

    /// <summary>An update could not be counted after all.</summary>
    /// <returns>Whether this combiner had it to count.</returns>
    public bool Forget(string worker, RegisteredCombiner? combiner) => combiner is not null && Holds(worker, combiner) && _counted.Remove(worker);

    /// <summary>Whether updates are lost if a combiner is: it counts some and has not sent their sum.</summary>
    public bool Needs(RegisteredCombiner combiner) => WorkersOf(combiner).Any();

    /// <summary>Workers whose updates one combiner counts.</summary>
    public IEnumerable<string> WorkersOf(RegisteredCombiner combiner) => _counted.Where(counted => counted.Value.Combiner == combiner).Select(counted => counted.Key);

    /// <summary>Workers whose updates combiners count.</summary>
    public IEnumerable<string> Workers => _counted.Keys;

    /// <summary>Whether a worker's update is with a combiner and not safe yet.</summary>
    public bool Holds(string worker, RegisteredCombiner combiner) => _counted.TryGetValue(worker, out var counted) && counted.Combiner == combiner;

    /// <summary>Whether a combiner owes its sum of an attempt.</summary>
    public bool Awaits(RegisteredCombiner combiner, RoundKey attempt) => attempt == Key && _awaited.Contains(combiner);

    /// <summary>What to ask of whom; all these sums are awaited from now on.</summary>
    public IReadOnlyList<(RegisteredCombiner Combiner, SumRequest Request)> Ask()
    {
        (RegisteredCombiner, SumRequest)[] requests =
        [
            .. _counted.GroupBy(counted => counted.Value.Combiner)
                .Select(group => (group.Key, new SumRequest(Key, [.. group.Select(counted => counted.Key)]))),
        ];
        _awaited.UnionWith(requests.Select(request => request.Item1));
        return requests;
    }

    /// <summary>A sum that is awaited has come. With the right names on it, its updates are safe from now on.</summary>
    /// <returns>What the updates in it weigh; or a fault, and nothing has changed.</returns>
    public (double[]? Weights, string? Fault) Take(RegisteredCombiner combiner, PartialSum sum)
    {
        string[] names = [.. WorkersOf(combiner)];
        if (!names.SequenceEqual(sum.Workers))
        {
            return (null, $"its sum is of {string.Join(", ", sum.Workers.Take(10))}; asked for was that of {string.Join(", ", names.Take(10))}");
        }

        double[] weights = [.. names.Select(name => _counted[name].Weight)];
        _awaited.Remove(combiner);
        foreach (string name in names)
        {
            _counted.Remove(name);
        }

        return (weights, null);
    }
}
