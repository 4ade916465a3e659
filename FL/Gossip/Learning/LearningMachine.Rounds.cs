namespace FedActors.FL.Gossip;

/// <content>One round after the other.</content>
public sealed partial class LearningMachine
{
    private void OnTrained(ModelEntry entry)
    {
        if (Phase == LearningPhase.Training && entry.Standard == _standard)
        {
            _own = entry;
            Collect();
        }
    }

    private void OnTrainingFailed(TrainingBroken failed)
    {
        if (Phase == LearningPhase.Training)
        {
            _effects.Add(new ReportTrouble($"Training of round {failed.Round} failed, and is tried again in {Interval.TotalSeconds:0.#} s: {failed.Reason}"));
            _retry = _now + Milliseconds(Interval);
        }
    }

    private void OnMean(MeanComputed computed)
    {
        if (computed.Id != _lastMean || _computing is not { } entries)
        {
            return;
        }

        _computing = null;
        _mean = entries;
        _meanHash = computed.Hash;
        if (Phase != LearningPhase.Aggregating)
        {
            return;
        }

        if (Round > 0)
        {
            _effects.Add(new RoundClosed(Round, computed.Change, computed.Hash, MeanPeers, TimeSpan.FromMilliseconds(_now - _closed)));
            _below = computed.Change < _options.ConvergenceEps ? _below + 1 : 0;
        }

        _closed = _now;
        GoOn();
    }

    private void OnMeanFailed(MeanFailed failed)
    {
        if (failed.Id != _lastMean || _computing is not { } entries)
        {
            return;
        }

        _computing = null;
        if (Phase == LearningPhase.Done)
        {
            // Of the same models there would be none the next time either.
            (_mean, _meanHash) = (entries, null);
        }

        _effects.Add(new ReportTrouble($"The mean cannot be computed: {failed.Reason}"));
        if (Phase == LearningPhase.Aggregating)
        {
            GoOn();
        }
    }

    /// <summary>What follows from the state as it is, whatever came in.</summary>
    private void Proceed()
    {
        if (Phase == LearningPhase.Training && Round == 0 && _trained == 1 && MedianRound > 1)
        {
            // It began as the first of all do, before it had heard how far the others are: from nothing it would only draw them back.
            _effects.Add(new AbandonTraining());
            Collect();
        }

        if (Phase == LearningPhase.Collecting && _now >= CollectedBy)
        {
            BeginRound();
        }
        else if (Phase == LearningPhase.Training && _now >= _retry)
        {
            BeginTraining();
        }
        else if (Phase == LearningPhase.Done)
        {
            Settle();
        }
    }

    /// <summary>Waits for the models that the next mean is to hold.</summary>
    private void Collect()
    {
        Phase = LearningPhase.Collecting;
        _published = _now;
        _retry = long.MaxValue;
    }

    private void BeginRound()
    {
        // Who keeps up averages what all have made of the round, which before the first is nothing. Who does not begins from the newest there is.
        IReadOnlyList<ModelEntry> entries = MedianRound > Round + 1 ? Fresh(among: _near) : Round > 0 ? Fresh(Round, _near) : [];
        if (entries.Count > 0)
        {
            Phase = LearningPhase.Aggregating;
            Compute(entries, isOverAll: _topology is null);
        }
        else
        {
            BeginTraining();
        }
    }

    /// <summary>A round is closed: the next one, or the end.</summary>
    private void GoOn()
    {
        bool hasConverged = _below >= _options.ConvergencePatience;
        if (hasConverged || Round >= _maxRounds || (Round > 0 && _peers.AreOthersDone(_standard, _now, AgeLimit)))
        {
            Finish(hasConverged: Round < _maxRounds, report: true);
        }
        else
        {
            BeginTraining();
        }
    }

    private void BeginTraining()
    {
        Phase = LearningPhase.Training;
        _retry = long.MaxValue;
        _trained = Math.Min(_maxRounds, Math.Max(Round + 1, MedianRound));
        _effects.Add(new Train(_trained));
    }

    private void Finish(bool hasConverged, bool report)
    {
        Phase = LearningPhase.Done;
        _ownDone = true;
        if (report)
        {
            _effects.Add(new TrainingOver(Round, hasConverged));
        }

        _effects.Add(new TellProgress(Progress));
    }
}
