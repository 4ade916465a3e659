using FedActors.FL.Gossip;

namespace FedActors.FL.Roles;

/// <summary>Counts what was refused, from whom and why, and says when to tell: the first time at once, and then now and then how often since. A flood must not fill the disk.</summary>
internal sealed class RefusalLedger
{
    /// <summary>Pairs of sender and reason that are told apart; what comes from further ones is counted together. More than a person reads.</summary>
    private const int MaxRows = 1_024;

    private const string Others = "others";

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    private readonly Dictionary<(string From, string Reason), Row> _rows = [];

    // As long as nothing more is refused: a status is asked for more often.
    private IReadOnlyList<RefusalCount>? _counts;

    /// <summary>All that was refused and is nobody's honest mistake.</summary>
    public long Total { get; private set; }

    /// <summary>Notes refusals.</summary>
    /// <param name="from">Who gave cause.</param>
    /// <param name="reason">A word that is the same for all of a kind.</param>
    /// <param name="count">How many.</param>
    /// <param name="isHonest">Whether it happens between honest peers too, and so is listed but not added up.</param>
    /// <param name="now">The moment, in milliseconds of a clock that does not go back.</param>
    /// <returns>How many to tell of now; 0 to say nothing yet.</returns>
    public long Note(string from, string reason, long count, bool isHonest, long now)
    {
        Total += isHonest ? 0 : count;
        _counts = null;
        if (!_rows.TryGetValue((from, reason), out Row? row))
        {
            (string From, string Reason) key = _rows.Count < MaxRows ? (from, reason) : (Others, reason);
            if (!_rows.TryGetValue(key, out row))
            {
                row = new Row();
                _rows.Add(key, row);
            }
        }

        row.Count += count;
        row.Untold += count;
        if (now < row.TellFrom)
        {
            return 0;
        }

        long untold = row.Untold;
        (row.Untold, row.TellFrom) = (0, now + (long)Quiet.TotalMilliseconds);
        return untold;
    }

    /// <summary>What was refused so far, by sender and reason.</summary>
    public IReadOnlyList<RefusalCount> ToCounts() => _counts ??= [.. _rows.OrderBy(row => row.Key.From, StringComparer.Ordinal).ThenBy(row => row.Key.Reason, StringComparer.Ordinal).Select(row => new RefusalCount(row.Key.From, row.Key.Reason, row.Value.Count))];

    private sealed class Row
    {
        public long Count { get; set; }

        public long Untold { get; set; }

        public long TellFrom { get; set; }
    }
}
