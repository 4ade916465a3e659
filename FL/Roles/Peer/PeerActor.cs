using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Transport;
using FedActors.Crdt;
using FedActors.Crdt.Gossip;
using FedActors.FL.Gossip;
using FedActors.FL.Numerics;
using FedActors.FL.Protocol;
using FedActors.Storage.Gossip;

namespace FedActors.FL.Roles;

/// <summary>A peer: trains on its own site's data, exchanges models with others as replicated state, and averages what it knows. Nobody drives it.</summary>
/// <remarks>
/// It decides nothing: what to exchange, whom to believe alive and what to train next are decided by pure machines, and it performs their
/// effects. Training and averaging run beside its turn, so that neither keeps it from gossiping.
/// </remarks>
internal sealed partial class PeerActor : Actor
{
    private const string ExchangeTimer = "exchange";
    private const string SpreadTimer = "spread";
    private const string LearnTimer = "learn";
    private const string ReportTimer = "report";
    private const string GraceTimer = "grace";
    private const string JoinTimer = "join";

    private readonly PeerSetup _setup;
    private readonly PeerSessions _sessions = new();
    private readonly LearningMachine _learning;
    private readonly ILearningMachine _steps;
    private readonly RandomStream _random;
    private readonly SharedSettings _settings;
    private PeerJournal _journal = null!;
    private GossipExchange _exchange = null!;
    private StandardChoice _standards = null!;
    private ActorRef _members = null!;
    private IDisposable? _connections;
    private IDisposable? _failures;
    private long _life;
    private bool _isIdentified;

    public PeerActor(PeerSetup setup)
    {
        _setup = setup;
        _random = RandomStream.For(setup.Options.Seed, "gossip", setup.PeerId);
        _settings = SharedSettings.Of(setup.Options, setup.Topology);
        _learning = new LearningMachine(
            setup.PeerId, setup.Options.Rounds, setup.Options.Gossip, (long)setup.Specification.Layout.Count * sizeof(float),
            PeerStrategy.UsesNeighbours(setup.Options) ? setup.Topology : null);
        _steps = setup.Machine(_learning);
    }

    private Configuration.GossipOptions Options => _setup.Options.Gossip;

    protected override ValueTask OnStartedAsync(ActorContext context)
    {
        _life = context.System.Incarnation;
        _journal = new PeerJournal(_setup, _life, context.Time.GetUtcNow());
        _exchange = NewExchange();
        _standards = new StandardChoice(_setup.PeerId, Options, GossipBodies.NameStandard, Now(context));
        MemberRecord self = new(_setup.PeerId, _setup.Address?.ToString(), _life, (ulong)Math.Max(1, _life), MemberState.Alive);
        _members = context.Spawn(Props.Create(() => new MembershipActor(self, Options.Membership, _setup.Options.Seed)), MembershipActor.Name);
        ActorRef own = context.Self;
        _connections = context.System.Events.Subscribe<NodeConnected>(connected => own.Tell(new Reachable(connected.Node, connected.Resumed)));
        _failures = context.System.Events.Subscribe<ConnectFailed>(failed =>
        {
            if (failed.Claim != NameClaim.None)
            {
                own.Tell(new NameTaken(failed));
            }
        });
        TakeUp(context);
        UpdateRoster();
        if (_journal.Unproved > 0)
        {
            Trouble(context, $"{_journal.Unproved} stored entries bear no proof of who wrote them, and are left out: they are from before certificates proved it, or from owners whose certificates are not believed any more.");
        }

        if (_setup.Completion.Leaving is { } leaving)
        {
            // The instance before failed while it left: whoever told it to must not wait for a peer that has forgotten it.
            Leave(context, leaving.Outcome, leaving.Reason);
            return ValueTask.CompletedTask;
        }

        GossipLog.Started(context.Log, _setup.PeerId, _journal.Incarnation, _journal.State.Map.Count, _learning.Round);
        context.Timers.StartPeriodic(ExchangeTimer, Options.ExchangePeriod, new ExchangesDue());
        context.Timers.StartPeriodic(JoinTimer, JoinRetry, new JoinsDue());
        if (_setup.Reporters.Count > 0)
        {
            context.Timers.StartPeriodic(ReportTimer, Options.ReportPeriod, new ReportDue());
        }

        DialSeeds(context);
        if (_setup.Seeds.Count == 0)
        {
            Identify(context);
        }
        else
        {
            context.Timers.StartSingle(GraceTimer, _setup.JoinGrace, new GraceOver());
        }

        return ValueTask.CompletedTask;
    }

    protected override ValueTask OnStoppedAsync(ActorContext context)
    {
        _connections?.Dispose();
        _failures?.Dispose();
        _training?.Cancel();

        // Null if the store could not be read.
        _journal?.Retire();
        return ValueTask.CompletedTask;
    }

    protected override ValueTask OnRestartingAsync(ActorContext context, Exception reason) => OnStoppedAsync(context);

    protected override ValueTask OnReceiveAsync(ActorContext context, object message)
    {
        if (_isLeaving)
        {
            OnLastMessage(context, message);
            return ValueTask.CompletedTask;
        }

        switch (message)
        {
            case IGossipExchangeMessage exchange:
                OnExchange(context, exchange);
                break;
            case GossipPeerJoin join:
                OnJoin(context, join);
                break;
            case GossipPeerWelcome welcome:
                OnWelcome(context, welcome);
                break;
            case GossipPeerRefused refused:
                OnRefused(context, refused);
                break;
            case Reachable reachable:
                OnReachable(context, reachable);
                break;
            case Terminated terminated:
                OnTerminated(context, terminated);
                break;
            case MemberChanged changed when IsMembers(context):
                OnMember(context, changed);
                break;
            case IdentityContested contested when IsMembers(context):
                OnContested(context, contested);
                break;
            case BodyDone done:
                OnBodyDone(context, done);
                break;
            case SaveDone done:
                OnSaveDone(context, done);
                break;
            case MeanDone done:
                OnMeanDone(context, done);
                break;
            case TrainingDone done:
                OnTrainingDone(context, done);
                break;
            case PeerStatusRequest:
                context.Respond(new GossipState(ToStatus(context)));
                break;
            case RemovePeer removal:
                OnRemovePeer(context, removal);
                break;
            case StopPeer stop when context.Headers.Origin is null:
                Leave(context, PeerOutcome.Stopped, stop.Reason);
                break;
            default:
                OnTimer(context, message);
                break;
        }

        return ValueTask.CompletedTask;
    }

    private void OnTimer(ActorContext context, object message)
    {
        switch (message)
        {
            case ExchangesDue:
                OnExchangesDue(context);
                break;
            case SpreadDue:
                Spread(context);
                break;
            case LearningDue due:
                _learnsAt = null;
                Learn(context, due);
                break;
            case JoinsDue:
                OnJoinsDue(context);
                break;
            case GraceOver:
                Identify(context);
                break;
            case NameTaken taken:
                OnNameTaken(context, taken.Failed);
                break;
            case ReportDue:
                Report(context);
                break;
            case LingerOver:
                Leave(context, PeerOutcome.Agreed, null);
                break;
            default:
                Log.Unexpected(context.Log, message.GetType().Name, context.Sender?.Path ?? default);
                break;
        }
    }

    /// <summary>Takes up what the store held.</summary>
    private void TakeUp(ActorContext context)
    {
        Entry[] entries = [.. _journal.State.Map.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal)];
        PeerProgress? own = null;
        if (_journal.State.Map.TryGet(OwnedKey.Information(_setup.PeerId), out Body? description))
        {
            own = GossipBodies.ReadDescription(_journal.PayloadOf(description).Span).Progress;
        }

        ModelEntry? last = null;
        foreach (string key in new[] { OwnedKey.Model(_setup.PeerId), OwnedKey.SecondModel(_setup.PeerId) })
        {
            if (_journal.State.Map.Find(key) is { Body: { } model } entry && TryReadModel(context, entry, model) is { } read && (last is null || read.Version.CompareTo(last.Version) > 0))
            {
                last = read;
            }
        }

        if (last is not null)
        {
            _learning.Resume(last, own is { IsDone: true } done && done.Round == last.Round);
        }

        // Records of who was removed have had their effect already: what they delete is deleted in the store too.
        foreach (Entry known in entries.Where(entry => !Removal.IsRecord(entry.Key)))
        {
            OnEntry(context, known);
        }
    }

    /// <summary>The peer knows who it is: nobody has seen a higher version of it than it has itself. From now on it publishes.</summary>
    private void Identify(ActorContext context)
    {
        if (_isIdentified)
        {
            return;
        }

        context.Timers.Cancel(GraceTimer);
        bool isRenewed = _journal.NeedsIncarnation || _isSeenForeign || _seen.Incarnation > _journal.Incarnation || IsAhead(_seen);
        if (isRenewed)
        {
            Renew(context, _seen.Incarnation, _journal.Record.IsCopy
                ? "its store is a copy of one that may still be in use"
                : $"others have seen {Told(_seen)}, which its store does not know");
        }

        _isIdentified = true;
        if (isRenewed)
        {
            // What a backup held is older than what others remember of another life: without a version above theirs, both would stay for ever.
            Republish(context);
        }
        else
        {
            PublishDescription(context);
        }

        _journal.Publish(OwnedKey.Moments(_setup.PeerId), GossipBodies.OfMoments(_setup.Moments));
        if (isRenewed)
        {
            // Others may hold a later model of this peer than its store does. What it has now must supersede that, or they never agree.
            RepublishModel();
        }

        _standards.Hear(_setup.PeerId, _setup.Moments);
        Rejoin(context);
        Decide(context);
        SpreadNow(context);
    }

    private void Trouble(ActorContext context, string text)
    {
        GossipLog.Trouble(context.Log, text);
        _setup.Observer?.OnTrouble(_setup.PeerId, text);
    }

    private bool IsMembers(ActorContext context) => _members.Equals(context.Sender);

    /// <summary>Milliseconds of a clock that does not go back.</summary>
    private static long Now(ActorContext context) => (long)context.Time.GetElapsedTime(0).TotalMilliseconds;

    private static long Wall(ActorContext context) => context.Time.GetUtcNow().ToUnixTimeMilliseconds();

    private sealed record ExchangesDue;

    private sealed record SpreadDue;

    private sealed record JoinsDue;

    private sealed record GraceOver;

    private sealed record ReportDue;

    private sealed record LingerOver;

    private sealed record NameTaken(ConnectFailed Failed);

    private sealed record Reachable(string Node, bool Resumed);

    private sealed record BodyDone(GossipExchange Exchange, ReadBody? Read, Exception? Failure);

    private sealed record SaveDone(Exception? Failure);

    private sealed record MeanDone(ComputeMean Request, PeerTrainer Trainer, ComputedMean? Mean, Exception? Failure);

    private sealed record TrainingDone(CancellationTokenSource Job, int Round, PublishedModel? Model, Exception? Failure);
}
