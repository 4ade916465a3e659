using FedActors.FL.Training;

namespace FedActors.FL.Rounds;

/// <summary>Judges whether an update may count.</summary>
internal static class UpdateCheck
{
    /// <summary>Says why an update has no place here and now, whatever it holds; or null.</summary>
    public static Objection? FindMisplacement(RunState state, UpdateReceived update) =>
        FindForeign(state, update) ?? FindUntimely(state, update) ?? FindUnasked(state, update);

    /// <summary>Says which figure cannot be, or null.</summary>
    public static Objection? FindWrongFigures(RunState state, UpdateReceived update)
    {
        UpdateFigures figures = update.Figures;
        long held = state.Members.FindWorker(update.WorkerId)!.Offer!.Samples;
        if (!double.IsFinite(figures.Loss) || !double.IsFinite(figures.Accuracy))
        {
            return new Objection(RefusalReason.NonFinite, $"worker {update.WorkerId} reports loss {figures.Loss} and accuracy {figures.Accuracy}");
        }

        if (figures.Samples < 1 || figures.Samples > held)
        {
            return new Objection(RefusalReason.OutOfRange, $"worker {update.WorkerId} says that it trained on {figures.Samples} examples; its site has {held}");
        }

        if (figures.Steps is < 1 or > LocalWork.MaxSteps)
        {
            return new Objection(RefusalReason.OutOfRange, $"worker {update.WorkerId} says that it took {figures.Steps} steps");
        }

        return figures.Accuracy is < 0 or > 1 || figures.TrainingTime < TimeSpan.Zero
            ? new Objection(RefusalReason.OutOfRange, $"worker {update.WorkerId} reports accuracy {figures.Accuracy} and {Wording.Seconds(figures.TrainingTime)} of training")
            : null;
    }

    public static Objection? FindForeign(RunState state, UpdateReceived update)
    {
        if (state.Members.FindWorker(update.WorkerId) is not { } worker)
        {
            return new Objection(RefusalReason.UnknownWorker, $"no worker {update.WorkerId} is registered");
        }

        if (worker.Session != update.Session)
        {
            return new Objection(RefusalReason.Forged, $"the sender is not the one that registered as worker {update.WorkerId}");
        }

        return update.RunId == state.Position.RunId
            ? null
            : new Objection(RefusalReason.WrongRun, $"worker {update.WorkerId} trained for run {update.RunId}; this is run {state.Position.RunId}");
    }

    public static Objection? FindUntimely(RunState state, UpdateReceived update)
    {
        if (update.Round <= state.Committed)
        {
            return new Objection(RefusalReason.Stale, $"worker {update.WorkerId} trained for round {update.Round}; round {state.Committed} is committed");
        }

        return update.Round > state.Round
            ? new Objection(RefusalReason.Future, $"worker {update.WorkerId} trained for round {update.Round}; {(state.Round == 0 ? "no round" : $"round {state.Round}")} is in progress")
            : null;
    }

    // From here on the update is for the round in progress.
    private static Objection? FindUnasked(RunState state, UpdateReceived update)
    {
        string who = $"worker {update.WorkerId}";
        if (state.Cohort.Find(update.WorkerId) is not { } seat)
        {
            return new Objection(RefusalReason.NotSelected, $"{who} was not asked in round {state.Round}");
        }

        if (update.Attempt != state.Attempt)
        {
            return new Objection(RefusalReason.WrongAttempt, $"{who} answers attempt {update.Attempt} at round {state.Round}; attempt {state.Attempt} is in progress");
        }

        if (state.Phase == RoundPhase.AwaitingAggregator)
        {
            return new Objection(RefusalReason.NotOpen, $"round {state.Round} waits for an aggregator and will ask {who} again");
        }

        if (seat.State == SeatState.Accepted)
        {
            return new Objection(RefusalReason.Duplicate, $"the update of {who} for round {state.Round}, attempt {state.Attempt}, is counted already");
        }

        return state.Phase == RoundPhase.Collecting
            ? null
            : new Objection(RefusalReason.Late, $"{who} answered round {state.Round} after it had closed");
    }
}
