namespace FedActors.FL.Gossip;

/// <content>What counts, and when nothing more can come.</content>
public sealed partial class LearningMachine
{
    /// <summary>Whether a peer's model counts at a moment.</summary>
    internal bool IsFresh(string name, long now) => name == _self || (_peers.Find(name) is { } peer && peer.IsFresh(_standard, now, AgeLimit));

    /// <summary>When a peer last showed that it lives; null if it never did.</summary>
    internal long? LastSignOf(string name) => _peers.Find(name)?.LastSign;

    /// <summary>A peer's newest model; null if there is none.</summary>
    internal ModelEntry? ModelOf(string name) => name == _self ? _own : _peers.Find(name)?.Model;

    /// <summary>Whether a peer trains no more.</summary>
    internal bool IsDone(string name) => name == _self ? Phase == LearningPhase.Done : _peers.Find(name)?.IsDone(_standard) ?? false;

    /// <summary>After training: keeps the mean up to date with what others publish, and notices when nothing more can come.</summary>
    private void Settle()
    {
        IReadOnlyList<ModelEntry> entries = Fresh();
        bool isCurrent = _isOverAll && entries.Count == _mean.Count && entries.Zip(_mean).All(pair => ReferenceEquals(pair.First, pair.Second));
        if (!isCurrent && _computing is null)
        {
            Compute(entries, isOverAll: true);
        }

        bool isFinal = isCurrent && _computing is null;
        foreach (KnownPeer peer in _peers.All)
        {
            isFinal &= peer.IsDone(_standard) || IsSilent(peer) || !(peer.IsHere || peer.RoundOn(_standard) > 0);
        }

        string? settled = isFinal ? _meanHash : null;
        if (settled != _settled)
        {
            _settled = settled;
            _effects.Add(new SettledChanged(settled, MeanPeers));
            _effects.Add(new TellProgress(Progress));
        }

        string? agreed = settled is not null && _peers.All.All(peer => !peer.IsHere || peer.Progress?.Settled == settled || IsSilent(peer)) ? settled : null;
        if (agreed != _agreed)
        {
            _agreed = agreed;
            _effects.Add(new AgreementChanged(agreed));
        }
    }

    /// <summary>
    /// Whether a peer has shown no sign of life for so long that nobody waits for it. One that lives gives signs as long as it has not agreed. Others may
    /// still hold it to be here: whoever could have noticed its death may have died with it.
    /// </summary>
    private bool IsSilent(KnownPeer peer) => _now - peer.LastSign > AgeLimit;

    private void Compute(IReadOnlyList<ModelEntry> entries, bool isOverAll)
    {
        _computing = entries;
        _isOverAll = isOverAll;
        _effects.Add(new ComputeMean(++_lastMean, entries, isOverAll ? null : Around(entries)));
    }

    /// <summary>The models that count, in ordinal order of peers: of a round as far as there are any, or the newest.</summary>
    private List<ModelEntry> Fresh(int? round = null, IReadOnlySet<string>? among = null)
    {
        List<ModelEntry> entries = _peers.Fresh(_standard, _now, AgeLimit, round, among);
        if (_own is { } own && own.Standard == _standard)
        {
            int place = entries.FindIndex(entry => string.CompareOrdinal(entry.Peer, own.Peer) > 0);
            entries.Insert(place < 0 ? entries.Count : place, own);
        }

        return entries;
    }
}
