using FedActors.Actors;
using FedActors.Crdt;
using FedActors.FL.Gossip;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.FL.Rounds;
using FedActors.FL.Training;
using FedActors.Storage.Gossip;

namespace FedActors.FL.Roles;

/// <content>Training, averaging and publishing.</content>
internal sealed partial class PeerActor
{
    private PeerTrainer? _trainer;
    private CancellationTokenSource? _training;
    private TrainingResult? _lastTraining;
    private ComputedMean? _mean;
    private int _meanRound;
    private (ComputedMean? Mean, bool IsSettled) _kept;
    private double _change = double.NaN;
    private long _lastPublication;
    private TimeSpan _toldSpacing;

    // What the timer is set for: it is set anew only for another time.
    private long? _learnsAt;
    private int _awaited = -1;
    private bool _hasToldSum;

    /// <summary>Settles on a standard as soon as that is possible, and begins to learn.</summary>
    private void Decide(ActorContext context)
    {
        if (!_isIdentified)
        {
            return;
        }

        _standards.TryDecide(Now(context));
        if (_standards.Current is not { } standard)
        {
            TellAwaited(context);
        }
        else if (standard.Hash != _trainer?.Standard.Hash)
        {
            GossipLog.StandardTaken(context.Log, string.Join(", ", standard.Peers));
            _trainer = new PeerTrainer(_setup, _journal, standard);
            _mean = null;
            PublishStandard(standard);
            Learn(context, new StandardTaken(standard.Hash, standard.Peers));
            PublishDescription(context);
            SpreadSoon(context);
        }
        else if (_standards.TellsSum && !_hasToldSum)
        {
            PublishStandard(standard);
            SpreadSoon(context);
        }
    }

    /// <summary>Tells on what this peer trains; once its peers' moments are others than went in, so that those who come later can take it nevertheless.</summary>
    private void PublishStandard(FeatureStandard standard)
    {
        _hasToldSum = _standards.TellsSum;
        _journal.Publish(OwnedKey.Standard(_setup.PeerId), GossipBodies.OfStandard(new NamedStandard(standard.Peers, standard.Hash, _hasToldSum ? standard.Moments : null)));
    }

    private void TellAwaited(ActorContext context)
    {
        int missing = Options.Peers - _standards.Known.Count;
        if (missing != _awaited)
        {
            _awaited = missing;
            GossipLog.AwaitsPeers(context.Log, missing, string.Join(", ", _standards.Known));
            _setup.Observer?.OnStatus(ToStatus(context));
        }
    }

    private void Learn(ActorContext context, LearningInput input)
    {
        foreach (LearningEffect effect in _steps.Handle(input, Now(context)))
        {
            Perform(context, effect);
        }

        long? next = _steps.Due;
        if (next == _learnsAt)
        {
            return;
        }

        _learnsAt = next;
        if (next is { } due)
        {
            context.Timers.StartSingle(LearnTimer, TimeSpan.FromMilliseconds(Math.Max(0, due - Now(context))), new LearningDue());
        }
        else
        {
            context.Timers.Cancel(LearnTimer);
        }
    }

    private void Perform(ActorContext context, LearningEffect effect)
    {
        switch (effect)
        {
            case ComputeMean compute:
                PeerTrainer trainer = _trainer!;
                context.PipeToSelf(
                    trainer.AverageAsync(compute, context.Stopping),
                    mean => new MeanDone(compute, trainer, mean, null),
                    failure => new MeanDone(compute, trainer, null, failure));
                break;
            case Train train:
                Begin(context, train.Round);
                break;
            case AbandonTraining:
                _training?.Cancel();
                _training = null;
                break;
            case RoundClosed closed:
                OnRoundClosed(context, closed);
                break;
            case TellProgress:
                PublishDescription(context);
                SpreadNow(context);
                break;
            case TrainingOver over:
                GossipLog.TrainingOver(context.Log, over.Round, over.HasConverged ? "the mean stands still" : "it was the last round");
                break;
            case SettledChanged settled:
                if (settled.Hash is { } hash)
                {
                    GossipLog.Settled(context.Log, settled.Peers.Count, hash);
                    KeepMean();
                    CorrectLastRound(context, hash);
                    SaveLarge(context);
                }

                _setup.Observer?.OnStatus(ToStatus(context));
                break;
            case AgreementChanged agreement:
                OnAgreement(context, agreement);
                break;
            case ReportTrouble trouble:
                Trouble(context, trouble.Text);
                break;
        }
    }

    private void Begin(ActorContext context, int round)
    {
        _training?.Cancel();
        CancellationTokenSource job = CancellationTokenSource.CreateLinkedTokenSource(context.Stopping);
        _training = job;
        context.PipeToSelf(
            _trainer!.TrainAsync(round, _journal.Incarnation, job.Token),
            model => new TrainingDone(job, round, model, null),
            failure => new TrainingDone(job, round, null, failure));
        _setup.Observer?.OnStatus(ToStatus(context));
    }

    /// <summary>Says how seldom publications come, when that changes, so that slowness has a reason that a person can read.</summary>
    private void TellStretched(ActorContext context)
    {
        TimeSpan spacing = _learning.Spacing;
        if (Options.MaxBytesPerSecond is { } bytes && spacing != _toldSpacing)
        {
            _toldSpacing = spacing;
            GossipLog.Stretched(context.Log, spacing.TotalSeconds, _known.Values.Count(record => record.Peer != _setup.PeerId && record.State is MemberState.Alive or MemberState.Suspect), bytes);
        }
    }

    private void OnTrainingDone(ActorContext context, TrainingDone done)
    {
        done.Job.Dispose();
        if (done.Job != _training)
        {
            return;
        }

        _training = null;
        if (done.Model is not { } model)
        {
            Learn(context, new TrainingBroken(done.Round, done.Failure!.Message));
            return;
        }

        string key = GossipBodies.ModelKey(_setup.PeerId, model.Round);
        if (model.Prepared is { } prepared && model.Incarnation == _journal.Incarnation)
        {
            _journal.PublishPrepared(key, prepared.Body, prepared.Sequence);
        }
        else
        {
            // The peer took another incarnation while it trained.
            _journal.Publish(key, model.Payload);
        }

        RetractFormer();

        _lastTraining = model.Training;
        _lastPublication = Now(context);
        Entry entry = _journal.State.Map.Find(key)!;
        ModelVersion version = new(entry.Stamp.Incarnation, entry.Stamp.Tick);
        Learn(context, new ModelTrained(new ModelEntry(_setup.PeerId, version, model.Round, model.Training.Samples, _trainer!.Standard.Hash, model.Training.Parameters)));
        SpreadNow(context);
    }

    private void OnMeanDone(ActorContext context, MeanDone done)
    {
        if (done.Trainer != _trainer)
        {
            return;
        }

        if (done.Mean is not { } mean)
        {
            Learn(context, new MeanFailed(done.Request.Id, done.Failure!.Message));
            return;
        }

        foreach (string fault in mean.Faults)
        {
            Refuse(context, "others", "Unsound", 1, fault);
        }

        _trainer.Mean = mean.Mean;
        // Not the round that is trained by the time that the mean is kept.
        (_mean, _meanRound) = (mean, _learning.Round);
        _change = mean.Change;
        Learn(context, new MeanComputed(mean.Id, mean.Change, mean.Hash));
    }

    private void OnRoundClosed(ActorContext context, RoundClosed closed)
    {
        TellStretched(context);
        GossipLog.RoundClosed(context.Log, closed.Round, closed.Peers.Count, closed.Change);
        PeerRound round = new(
            _setup.PeerId, closed.Round, _lastTraining?.Loss ?? double.NaN, _lastTraining?.Accuracy ?? double.NaN, closed.Change, closed.Peers.Count,
            _mean?.Metrics?.Accuracy, _mean?.Metrics?.Loss, closed.Hash, closed.Duration) { Mean = _mean?.Mean };
        SaveRound(context, round);
        _setup.Observer?.OnRound(round);
    }

    private void SaveRound(ActorContext context, PeerRound round) => _journal.Flush(new PeerMetrics(
        round.Round, round.Loss, round.Accuracy, round.EvaluationAccuracy, round.EvaluationLoss, round.ChangeNorm, round.Models, round.ParameterHash, context.Time.GetUtcNow()));

    /// <summary>After the last round the mean may still change, by what others publish late or by a removal: what is stored of that round says how it ended.</summary>
    private void CorrectLastRound(ActorContext context, string hash)
    {
        if (_mean is { } mean && _setup.Store.ListMetrics(_setup.PeerId) is [.., PeerMetrics last] && last.Round == _meanRound && last.ParameterHash != hash)
        {
            _journal.Flush(last with
            {
                EvaluationAccuracy = mean.Metrics?.Accuracy, EvaluationLoss = mean.Metrics?.Loss, Models = _learning.MeanPeers.Count, ParameterHash = hash, At = context.Time.GetUtcNow(),
            });
        }
    }

    /// <summary>Keeps the mean itself: what others gave to it may be gone by the time that somebody wants it.</summary>
    private void KeepMean()
    {
        bool isSettled = _learning.Settled is { } settled && settled == _mean?.Hash;
        if (_mean is { } mean && _trainer is { } trainer && _kept != (mean, isSettled))
        {
            _kept = (mean, isSettled);
            Data.Standardiser standard = trainer.Standardiser;
            RunSite[] sites = [.. _learning.MeanPeers.Select(peer => new RunSite(peer, peer, _learning.ModelOf(peer)?.Samples ?? 0))];
            RunPlan plan = new(_setup.PeerId, _setup.Options.Seed, _setup.Specification, _setup.Options.Training, standard.Means.ToArray(), standard.Scales.ToArray(), sites);
            _journal.Keep(new KeptMean(_setup.PeerId, _meanRound, isSettled, mean.Metrics?.Accuracy, mean.Metrics?.Loss, plan, mean.Mean));
        }
    }

    private void OnAgreement(ActorContext context, AgreementChanged agreement)
    {
        if (agreement.Hash is { } hash)
        {
            GossipLog.Agreed(context.Log, hash);
            if (!_setup.StaysAfterAgreement)
            {
                // The last one of all may still wait to hear that this peer has settled.
                context.Timers.StartSingle(GraceTimer, 2 * Options.ExchangePeriod, new LingerOver());
            }
        }
        else
        {
            context.Timers.Cancel(GraceTimer);
        }

        _setup.Observer?.OnStatus(ToStatus(context));
    }

    /// <summary>How long a peer that lives publishes nothing at most. Within the age at which it would be left out there are two signs, so that one may be late.</summary>
    private TimeSpan BeatPeriod => Math.Max(1, Options.AgeLimit / 2) * Options.PublicationInterval;

    /// <summary>Shows that the peer lives, if it has published nothing for a while: a long training must not look like a death, nor the wait for those who train still.</summary>
    private void Beat(ActorContext context)
    {
        if (_isIdentified && _learning.Agreed is null && Now(context) - _lastPublication >= (long)BeatPeriod.TotalMilliseconds)
        {
            PublishDescription(context);
            SpreadSoon(context);
        }
    }

    private void PublishDescription(ActorContext context)
    {
        if (_isIdentified)
        {
            _lastPublication = Now(context);
            PeerDescription description = new(_setup.Address?.ToString(), _life, _setup.Site, _setup.Data.Count, _learning.Progress);
            _journal.Publish(OwnedKey.Information(_setup.PeerId), GossipBodies.OfDescription(description));
        }
    }
}
