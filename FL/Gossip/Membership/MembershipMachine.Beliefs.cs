namespace FedActors.FL.Gossip;

/// <content>What is believed of whom.</content>
public sealed partial class MembershipMachine
{
    private void Leave()
    {
        Self = Self with { State = MemberState.Left, Beat = Self.Beat + 1, Accuser = null };
        Believe(Self);
        foreach (string neighbour in _neighbours)
        {
            _effects.Add(new SendMembers(neighbour, [Self], WantsAnswer: false));
        }
    }

    /// <summary>Weighs what somebody says.</summary>
    private void Hear(MemberRecord record, string from)
    {
        if (record.Beat > MemberRecord.MaxBeat)
        {
            return;
        }

        if (record.Peer == Self.Peer)
        {
            HearOfSelf(record, from);
            return;
        }

        if (Find(record.Peer) is not { } known)
        {
            if (_members.Count < MaxMembers)
            {
                Believe(record);
            }

            return;
        }

        if (record.Supersedes(known))
        {
            Believe(record);
        }
        else if (record is { State: MemberState.Suspect, Accuser: { } accuser } && record.Beat == known.Beat
            && _suspicions.TryGetValue(record.Peer, out Suspicion? suspicion) && suspicion.Confirm(accuser))
        {
            _rumours.Add(record);
        }
    }

    private void HearOfSelf(MemberRecord record, string from)
    {
        if (Self.State == MemberState.Left || !record.Supersedes(Self))
        {
            return;
        }

        bool isOther = record.Life != Self.Life;
        Self = Self with { Beat = Math.Max(Self.Beat, record.Beat) + 1 };
        Believe(Self);
        if (isOther)
        {
            _effects.Add(new IdentityContested(record, from));
        }
        else
        {
            // Somebody missed this peer's answers: maybe it is slow itself.
            _health.Worsen();
        }
    }

    private void Believe(MemberRecord record)
    {
        MemberRecord? before = Find(record.Peer);
        _members[record.Peer] = record;
        _rumours.Add(record);
        if (record.State != MemberState.Suspect)
        {
            _suspicions.Remove(record.Peer);
        }
        else if (!_suspicions.ContainsKey(record.Peer) || before?.Beat != record.Beat)
        {
            _suspicions[record.Peer] = Suspect(record.Accuser ?? Self.Peer);
        }

        _effects.Add(new MemberChanged(record, before));
    }

    private Suspicion Suspect(string accuser)
    {
        int living = _members.Values.Count(member => member.State is MemberState.Alive or MemberState.Suspect);
        double shortest = _options.SuspicionMultiplier * Math.Max(1, Math.Log10(living)) * _options.ProbePeriod.TotalMilliseconds;
        int expected = _options.SuspicionMultiplier - 2;
        return new Suspicion(_now, accuser, shortest, living - 2 < expected ? 0 : expected);
    }

    /// <summary>What there is to tell, and in any case what is believed of the receiver if it is something that it would contradict.</summary>
    private IReadOnlyList<MemberRecord> WithSubject(string receiver)
    {
        IReadOnlyList<MemberRecord> records = _rumours.Take(_members.Count);
        return Find(receiver) is { State: not MemberState.Alive } worse && !records.Contains(worse) ? [.. records, worse] : records;
    }
}
