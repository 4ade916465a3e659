namespace FedActors.FL.Rounds;

/// <summary>Who is here. A name is held by one session at a time, and a session holds one name.</summary>
/// <param name="workers">How many workers are expected: tables that grow to hold very many would leave as much behind for the collector.</param>
internal sealed class MemberTable(int workers)
{
    private readonly Dictionary<long, Member> _bySession = new(workers + 2);
    private readonly Dictionary<string, Member> _workers = new(workers, StringComparer.Ordinal);
    private readonly Dictionary<string, string> _holders = new(workers, StringComparer.Ordinal);

    public Member? Aggregator { get; private set; }

    public Member? Evaluator { get; private set; }

    public int WorkerCount => _workers.Count;

    public IEnumerable<string> WorkerIds => _workers.Keys;

    public Member? FindWorker(string id) => _workers.GetValueOrDefault(id);

    public Member? FindSession(long session) => _bySession.GetValueOrDefault(session);

    /// <summary>The worker that holds a site's data, or null.</summary>
    public string? HolderOf(string site) => _holders.GetValueOrDefault(site);

    /// <summary>Who a registration would take the place of.</summary>
    public Member? FindPredecessor(MemberRole role, string id) => role switch
    {
        MemberRole.Worker => FindWorker(id),
        MemberRole.Aggregator => Aggregator,
        _ => Evaluator,
    };

    public void Add(Member member)
    {
        if (FindPredecessor(member.Role, member.Id) is { } predecessor)
        {
            Remove(predecessor.Session);
        }

        _bySession.Add(member.Session, member);
        switch (member.Role)
        {
            case MemberRole.Worker:
                _workers.Add(member.Id, member);
                _holders[member.Offer!.Site] = member.Id;
                break;
            case MemberRole.Aggregator:
                Aggregator = member;
                break;
            default:
                Evaluator = member;
                break;
        }
    }

    public Member? Remove(long session)
    {
        if (!_bySession.Remove(session, out Member? member))
        {
            return null;
        }

        switch (member.Role)
        {
            case MemberRole.Worker:
                _workers.Remove(member.Id);
                _holders.Remove(member.Offer!.Site);
                break;
            case MemberRole.Aggregator:
                Aggregator = null;
                break;
            default:
                Evaluator = null;
                break;
        }

        return member;
    }

    /// <summary>All sessions, smallest first, so that what is sent does not depend on the table's inner order.</summary>
    public long[] Sessions()
    {
        long[] sessions = [.. _bySession.Keys];
        Array.Sort(sessions);
        return sessions;
    }

    public string[] SortedWorkerIds()
    {
        string[] ids = [.. _workers.Keys];
        Array.Sort(ids, StringComparer.Ordinal);
        return ids;
    }
}
