using FedActors.Actors;
using FedActors.Crdt;
using FedActors.Crdt.Gossip;
using FedActors.FL.Data;
using FedActors.FL.Gossip;
using FedActors.FL.Protocol;
using FedActors.Storage.Gossip;

namespace FedActors.FL.Roles;

/// <content>Exchanging state with neighbours, and what comes of it.</content>
internal sealed partial class PeerActor
{
    /// <summary>News are gathered for this long before they are passed on. Long enough that those who publish together cause one exchange, and too short to matter.</summary>
    private static readonly TimeSpan SpreadDelay = TimeSpan.FromMilliseconds(10);

    /// <summary>A peer takes few incarnations in its life. Whoever claims to have seen one far above lies, and would use the numbers up.</summary>
    private const ulong MaxIncarnationJump = 1_000_000;

    private long _lastFull;
    private long _sent;
    private long _received;
    private bool _isSpreading;
    private bool _owesDeletions;
    private bool _isRosterStale;
    private readonly DescribedPeers _described = new();

    private GossipExchange NewExchange(GossipExchange? former = null) => new(_journal.State, new ExchangeOptions
    {
        Limits = ExchangeLimits.Default with { MaxResidentBytes = Options.MaxResidentBytes, MaxBytesJudgedAtOnce = _setup.LargeBodyBytes, SmallBodyBytes = _setup.SmallBodyBytes },
        OwnerCheck = OwnerCheck,
        Share = _setup.Shared is { } shared ? shared.Share : null,
    }, former);

    private OwnerCheck? OwnerCheck => _setup.Proofs is { } proofs ? proofs.FindFault : null;

    private void OnExchange(ActorContext context, IGossipExchangeMessage message)
    {
        if (_sessions.Of(context) is { } session)
        {
            _received++;
            Exchange(context, new MessageReceived(session.Number, message.Message));
        }
        else
        {
            // Also the last words of one whose conversation has ended.
            Refuse(context, context.Headers.Origin ?? "this node", "NotWelcomed", 1, "A message of the exchange came from one who was not welcomed, or is not any more.", isHonest: true);
        }

        (message as IDisposable)?.Dispose();
    }

    private void Exchange(ActorContext context, ExchangeInput input)
    {
        foreach (ExchangeEffect effect in _exchange.Handle(input, Wall(context)))
        {
            Perform(context, effect);
        }

        Settle(context);
    }

    /// <summary>What the entries that one input brought come to together.</summary>
    private void Settle(ActorContext context)
    {
        FlushDeletions();
        if (_isRosterStale)
        {
            _isRosterStale = false;
            UpdateRoster();
        }

        if (_heardRemoved.Count > 0)
        {
            Member[] removed = [.. _heardRemoved];
            _heardRemoved.Clear();
            OnRemoved(context, removed, "it is written down that");
        }
    }

    private void Perform(ActorContext context, ExchangeEffect effect)
    {
        switch (effect)
        {
            case SendMessage send:
                Send(context, send);
                break;
            case JudgeBody judge:
                Judge(context, judge);
                break;
            case AdoptEntry adopt:
                OnAdopted(context, adopt.Entry);
                SpreadSoon(context);
                break;
            case AdoptSlot:
                _journal.Counted();
                break;
            case ForgetKeys forget:
                _journal.Forgot(forget.Keys);
                break;
            case ReportEquivocation report:
                OnEquivocation(context, report.Equivocation);
                break;
            case ReportOwnVersionSeen seen:
                OnSeen(context, new ModelVersion(seen.Seen.Incarnation, seen.Seen.Tick), isForeign: true, _sessions.Find(seen.Session)?.Card.Peer ?? "a peer");
                break;
            case ReportRefusal refusal:
                OnExchangeRefusal(context, refusal);
                break;
            case ReportWantTimeout timeout:
                GossipLog.WantTimedOut(context.Log, _sessions.Find(timeout.Session)?.Card.Peer ?? "a peer");
                break;
        }
    }

    private void OnAdopted(ActorContext context, Entry entry)
    {
        _journal.Adopted(entry.Key);
        _owesDeletions |= entry.IsTombstone || Removal.IsRecord(entry.Key);
        _isRosterStale |= _described.Note(entry);
        OnEntry(context, entry);
    }

    /// <summary>Makes durable what was deleted: the next digest acknowledges it, and from then on nobody else has to remember.</summary>
    private void FlushDeletions()
    {
        if (_owesDeletions)
        {
            _owesDeletions = false;
            _journal.Flush(durability: Durability.Promised);
        }
    }

    // What finds no room is lost: the next exchange makes up for it.
    private void Send(ActorContext context, SendMessage send)
    {
        FlushDeletions();
        if (_sessions.Find(send.Session) is { } session && session.Ref.TryTell(send.Message.ToWire(), context.Self))
        {
            _sent++;
        }
    }

    private void OnExchangesDue(ActorContext context)
    {
        Exchange(context, new TimePassed());
        PeerSession[] targets = Targets();
        if (targets.Length > 0)
        {
            long now = Now(context);
            bool full = now - _lastFull >= (long)Options.FullExchangePeriod.TotalMilliseconds;
            _lastFull = full ? now : _lastFull;
            Exchange(context, new ExchangeDue(targets[_random.NextInt(targets.Length)].Number, full));
        }

        _journal.Flush();
        SaveLarge(context);
        Beat(context);
        Decide(context);
    }

    /// <summary>Those with whom this peer begins exchanges: its neighbours in the topology, and before it has met one, whom it has met.</summary>
    private PeerSession[] Targets()
    {
        PeerSession[] named = [.. _sessions.All.Where(session => _neighbours.Contains(session.Card.Peer))];
        return named.Length > 0 ? named : [.. _sessions.All];
    }

    /// <summary>Passes news on to a few neighbours, after gathering for a moment.</summary>
    private void SpreadSoon(ActorContext context)
    {
        if (!_isSpreading)
        {
            _isSpreading = true;
            context.Timers.StartSingle(SpreadTimer, SpreadDelay, new SpreadDue());
        }
    }

    /// <summary>Passes this peer's own news on at once.</summary>
    private void SpreadNow(ActorContext context)
    {
        context.Timers.Cancel(SpreadTimer);
        Spread(context);
    }

    private void Spread(ActorContext context)
    {
        _isSpreading = false;
        PeerSession[] targets = Targets();
        _random.Shuffle(targets.AsSpan());

        // Who is suspected may be out of reach, and news that go there alone would go nowhere.
        int left = SpreadTo(context, targets, isSuspected: false, Options.Fanout);
        SpreadTo(context, targets, isSuspected: true, left);
    }

    private int SpreadTo(ActorContext context, PeerSession[] targets, bool isSuspected, int most)
    {
        foreach (PeerSession session in targets)
        {
            bool isOne = _known.GetValueOrDefault(session.Card.Peer)?.State == MemberState.Suspect;
            if (most > 0 && isOne == isSuspected && !_exchange.IsTold(session.Number))
            {
                Exchange(context, new NewsDue(session.Number));
                most--;
            }
        }

        return most;
    }

    /// <summary>Somebody has seen a version of this peer's keys: if the store does not know of it, the peer goes on above it.</summary>
    /// <remarks>A foreign one is in the place of what this peer holds under the key. It may be below the peer's other keys, and even bear a number that the peer has given to another content.</remarks>
    private void OnSeen(ActorContext context, ModelVersion version, bool isForeign, string from)
    {
        if (version.Incarnation > _journal.Incarnation + MaxIncarnationJump)
        {
            Refuse(context, from, "Incarnation", 1, $"{from} claims to have seen incarnation {version.Incarnation} of this peer, which is out of all proportion to {_journal.Incarnation}: it is not believed.");
        }
        else if (!_isIdentified)
        {
            _seen = (version.Incarnation, version.Sequence).CompareTo((_seen.Incarnation, _seen.Sequence)) > 0 ? version : _seen;
            _isSeenForeign |= isForeign && version.Incarnation >= _journal.Incarnation;
        }
        else if (version.Incarnation > _journal.Incarnation || IsAhead(version) || (isForeign && version.Incarnation == _journal.Incarnation))
        {
            string known = version.Incarnation > _journal.Incarnation || IsAhead(version) ? "which its store does not know" : "in the place of what its store knows";
            Renew(context, version.Incarnation, $"{from} has seen {Told(version)}, {known}");
            Republish(context);
            Rejoin(context);
            SpreadNow(context);
        }
    }

    /// <summary>Whether a version of the present incarnation is above all that this peer has published.</summary>
    private bool IsAhead(ModelVersion version) => version.Incarnation == _journal.Incarnation && version.Sequence > HighestOf(_setup.PeerId).Sequence;

    /// <summary>Takes a higher incarnation: the exchange begins anew with the state as it is.</summary>
    private void Renew(ActorContext context, ulong seen, string reason)
    {
        bool isFirst = seen == 0 && _journal.Incarnation == 0;
        _journal.BeginIncarnation(seen);
        if (isFirst)
        {
            GossipLog.FirstIncarnation(context.Log, _setup.PeerId);
        }
        else
        {
            GossipLog.NewIncarnation(context.Log, _journal.Incarnation, reason);
            _setup.Observer?.OnTrouble(_setup.PeerId, $"{_setup.PeerId} goes on with incarnation {_journal.Incarnation}, since {reason}.");
        }

        _exchange = NewExchange(_exchange);
        UpdateRoster();
        foreach (PeerSession session in _sessions.All)
        {
            Exchange(context, new NeighbourConnected(session.Number, new Member(session.Card.Peer, session.Card.Incarnation), session.ProvedName));
        }
    }

    /// <summary>Publishes what is the peer's own under its new incarnation.</summary>
    private void Republish(ActorContext context)
    {
        PublishDescription(context);
        Republish(OwnedKey.Moments(_setup.PeerId));
        RepublishModel();
    }

    private void RepublishModel()
    {
        Republish(OwnedKey.Standard(_setup.PeerId));

        // The older one first: of a peer's models the one with the highest version is its newest.
        string[] keys = [OwnedKey.Model(_setup.PeerId), OwnedKey.SecondModel(_setup.PeerId)];
        foreach (string key in keys.OrderBy(key => _journal.State.Map.Find(key) is { } entry ? (entry.Stamp.Incarnation, entry.Stamp.Tick) : default))
        {
            Republish(key);
        }

        if (keys.Any(key => _journal.State.Map.TryGet(key, out Body? body) && !GossipBodies.IsNothing(_journal.PayloadOf(body).Span)))
        {
            RetractFormer();
        }
    }

    /// <summary>What a former life published and this one does not have is taken back: others may remember it, and would never hold the same as this peer.</summary>
    private void RetractFormer()
    {
        if (_journal.Incarnation < 2)
        {
            return;
        }

        foreach (string key in new[] { OwnedKey.Model(_setup.PeerId), OwnedKey.SecondModel(_setup.PeerId) })
        {
            if (_journal.State.Map.Find(key) is not { } entry || entry.Stamp.Incarnation < _journal.Incarnation)
            {
                _journal.Publish(key, GossipBodies.Nothing);
            }
        }
    }

    private void Republish(string key)
    {
        if (_journal.State.Map.TryGet(key, out Body? body))
        {
            _journal.Publish(key, new Body(_journal.PayloadOf(body)));
        }
    }
}
