using System.Runtime.InteropServices;

namespace FedActors.Simulation.Schedules;

/// <summary>Counts what a schedule, or a whole campaign, has reached.</summary>
public sealed class Coverage
{
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);

    /// <summary>Everything that was reached and how often, such as <c>fault Crash</c>, <c>refused duplicate</c> or <c>phase Collecting Aggregating</c>, in order.</summary>
    public IReadOnlyDictionary<string, long> Counts => new SortedDictionary<string, long>(_counts, StringComparer.Ordinal);

    /// <summary>Counts one more.</summary>
    public void Hit(string what)
    {
        ArgumentNullException.ThrowIfNull(what);
        CollectionsMarshal.GetValueRefOrAddDefault(_counts, what, out _)++;
    }

    /// <summary>Adds another's counts.</summary>
    public void Add(Coverage other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach ((string what, long count) in other._counts)
        {
            _counts[what] = _counts.GetValueOrDefault(what) + count;
        }
    }

    /// <summary>What of a list was never reached.</summary>
    public IReadOnlyList<string> Missing(IEnumerable<string> wanted) => [.. wanted.Where(what => !_counts.ContainsKey(what))];
}
