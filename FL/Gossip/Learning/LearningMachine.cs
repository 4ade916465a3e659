using FedActors.Crdt;
using FedActors.FL.Configuration;
using FedActors.FL.Topologies;

namespace FedActors.FL.Gossip;

/// <summary>A peer's learning as a pure state machine: what happened goes in, what to do comes out. It knows no actor, socket, clock or store.</summary>
/// <remarks>
/// A round: the mean of all fresh models is adopted, training goes on from it, and the result is published. Then the peer waits for the
/// models of the others who are here and not far behind, at most for a publication interval. Of each it averages the model of the round,
/// also when a faster one has published its next already. So while all keep up, every peer averages the same models, and the rounds are
/// those of a coordinated run, bit for bit; whoever does not keep up is not waited for, and nobody is in charge. Who finds the others
/// further than the round after its own adopts what they know and goes on with them.
/// A model is fresh as long as its peer shows signs of life, and for ever once the peer is done. So when all are done, all average the same
/// models with exact sums, and hold the same parameters; until then, what the dead left behind goes out of the mean by its age.
/// Invariants: one training or one mean is in progress at a time; after the last round none is trained; while a peer waits, a time is due.
/// Not safe for concurrent use.
/// </remarks>
public sealed partial class LearningMachine : ILearningMachine
{
    private readonly string _self;
    private readonly int _maxRounds;
    private readonly GossipOptions _options;
    private readonly long _modelBytes;
    private readonly ITopology? _topology;
    private HashSet<string>? _near;
    private string[] _here = [];
    private bool _isOverAll = true;
    private readonly PeerTable _peers = new();
    private List<LearningEffect> _effects = [];
    private ContentHash _standard;
    private ModelEntry? _own;
    private long _now;
    private long _published;
    private long _closed;
    private int _below;
    private int _lastMean;
    private int _trained;
    private IReadOnlyList<ModelEntry>? _computing;
    private IReadOnlyList<ModelEntry> _mean = [];
    private string? _meanHash;
    private string? _settled;
    private string? _agreed;
    private long _retry = long.MaxValue;
    private bool _ownDone;

    /// <summary>Creates the machine of one life of a peer.</summary>
    /// <param name="self">The peer.</param>
    /// <param name="maxRounds">The round after which it trains no more.</param>
    /// <param name="options">How long to wait, and for what.</param>
    /// <param name="modelBytes">Bytes of one model, by which publication intervals are stretched where bandwidth is bounded.</param>
    /// <param name="neighbours">Who averages with whom, if that is not everybody with everybody.</param>
    public LearningMachine(string self, int maxRounds, GossipOptions options, long modelBytes, ITopology? neighbours = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(self);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRounds, 1);
        ArgumentNullException.ThrowIfNull(options);
        _self = self;
        _maxRounds = maxRounds;
        _options = options;
        _modelBytes = modelBytes;
        _topology = neighbours;
    }

    /// <inheritdoc/>
    public LearningPhase Phase { get; private set; }

    /// <summary>The last round that was trained on the present standard; 0 before the first.</summary>
    public int Round => _own is { } own && own.Standard == _standard ? own.Round : 0;

    /// <summary>The last mean's hash; null before the first.</summary>
    public string? MeanHash => _meanHash;

    /// <summary>Peers whose models are in the last mean.</summary>
    public IReadOnlyList<string> MeanPeers => [.. _mean.Select(entry => entry.Peer)];

    /// <summary>The hash on which this peer has settled; see <see cref="SettledChanged"/>.</summary>
    public string? Settled => _settled;

    /// <summary>The hash on which all who are here agree; see <see cref="AgreementChanged"/>.</summary>
    public string? Agreed => _agreed;

    /// <summary>The longest wait for others, stretched so that their models fit the bandwidth.</summary>
    public TimeSpan Interval => Max(_options.PublicationInterval, Spacing);

    /// <summary>How far this peer is, as others are told.</summary>
    public PeerProgress Progress => new(Phase == LearningPhase.Done, Round, _settled, _standard);

    /// <inheritdoc/>
    public long? Due
    {
        get
        {
            long due = Phase == LearningPhase.Collecting ? CollectedBy : _retry;
            if (Phase == LearningPhase.Done)
            {
                foreach (KnownPeer peer in _peers.All)
                {
                    if (!IsSilent(peer) && (!peer.IsDone(_standard) || (_settled is not null && peer.Progress?.Settled != _settled)))
                    {
                        due = Math.Min(due, peer.LastSign + AgeLimit + 1);
                    }
                }
            }

            return due == long.MaxValue ? null : Math.Max(due, _now);
        }
    }

    private long AgeLimit => Milliseconds(_options.AgeLimit * Interval);

    /// <summary>When the wait for others ends. For the first models it is as long as for the peers themselves: nobody has shown yet how long a training takes.</summary>
    private long CollectedBy =>
        _published + Milliseconds(_peers.IsAwaited(Round, _standard, _near) ? Round <= 1 ? Max(Interval, _options.StartTimeout) : Interval : Round == 0 ? TimeSpan.Zero : Spacing);

    private int MedianRound => _peers.MedianRound(Round, _standard, _now, AgeLimit, _near);

    /// <summary>How far apart publications must be at least, so that everybody can receive everybody's.</summary>
    public TimeSpan Spacing =>
        _options.MaxBytesPerSecond is { } bytes ? TimeSpan.FromSeconds((double)_modelBytes * _peers.All.Count(peer => peer.IsHere) / bytes) : TimeSpan.Zero;

    /// <inheritdoc/>
    public IReadOnlyList<LearningEffect> Handle(LearningInput input, long now)
    {
        ArgumentNullException.ThrowIfNull(input);
        _effects = [];
        _now = now;
        switch (input)
        {
            case StandardTaken taken:
                OnStandard(taken);
                break;
            case ModelHeard heard:
                OnModel(heard.Entry);
                break;
            case ProgressHeard heard:
                OnProgress(heard);
                break;
            case PresenceChanged changed:
                OnPresence(changed);
                break;
            case PeerRemoved removed:
                _peers.Find(removed.Peer)?.Remove(removed.Incarnation);
                break;
            case ModelTrained ended:
                OnTrained(ended.Entry);
                break;
            case TrainingBroken failed:
                OnTrainingFailed(failed);
                break;
            case MeanComputed computed:
                OnMean(computed);
                break;
            case MeanFailed failed:
                OnMeanFailed(failed);
                break;
            case LearningDue:
                break;
            default:
                throw new ArgumentException($"{input.GetType().Name} is not an input that the machine knows.", nameof(input));
        }

        FindNeighbours();
        Proceed();
        return _effects;
    }

    private void OnStandard(StandardTaken taken)
    {
        if (taken.Hash == _standard && Phase != LearningPhase.AwaitingStandard)
        {
            return;
        }

        if (Phase == LearningPhase.Training)
        {
            _effects.Add(new AbandonTraining());
        }

        _standard = taken.Hash;
        (_computing, _mean, _meanHash, _below, _closed) = (null, [], null, 0, _now);
        foreach (string name in taken.Peers)
        {
            if (name != _self && _peers.Of(name, _now) is { } peer)
            {
                peer.IsExpected = true;
            }
        }

        if (Round > 0 && _ownDone)
        {
            Finish(hasConverged: Round < _maxRounds, report: false);
        }
        else
        {
            Collect();
        }
    }

    /// <summary>Takes up what an earlier life of this peer has published.</summary>
    /// <param name="entry">Its last model.</param>
    /// <param name="wasDone">Whether it had said that it trains no more.</param>
    public void Resume(ModelEntry entry, bool wasDone)
    {
        ArgumentNullException.ThrowIfNull(entry);
        _own = entry;
        _ownDone = wasDone;
    }

    private void OnModel(ModelEntry entry)
    {
        if (entry.Peer != _self && _peers.Of(entry.Peer, _now) is { } peer && peer.Take(entry))
        {
            peer.LastSign = _now;
        }
    }

    private void OnProgress(ProgressHeard heard)
    {
        if (heard.Peer != _self && _peers.Of(heard.Peer, _now) is { } peer)
        {
            peer.Progress = heard.Progress;
            peer.LastSign = _now;
        }
    }

    private void OnPresence(PresenceChanged changed)
    {
        if (changed.Peer != _self && _peers.Of(changed.Peer, _now) is { } peer)
        {
            peer.Presence = changed.IsHere;
        }
    }

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
