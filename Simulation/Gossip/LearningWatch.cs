using FedActors.FL.Gossip;

namespace FedActors.Simulation.Gossip;

/// <summary>Stands around what decides a peer's learning, and holds it to never waiting for what may not come, nor taking one round's training for another's.</summary>
/// <param name="inner">The machine.</param>
/// <param name="peer">Whose.</param>
/// <param name="report">Told which invariant is broken, and how.</param>
internal sealed class LearningWatch(ILearningMachine inner, string peer, Action<string, string> report) : ILearningMachine
{
    // The round that was asked for and is being trained; null if none is.
    private int? _training;
    private int? _mean;

    public LearningPhase Phase => inner.Phase;

    public long? Due => inner.Due;

    public IReadOnlyList<LearningEffect> Handle(LearningInput input, long now)
    {
        OnInput(input);
        IReadOnlyList<LearningEffect> effects = inner.Handle(input, now);
        foreach (LearningEffect effect in effects)
        {
            OnEffect(effect);
        }

        // Without a standard a peer waits for others, as long as it takes; at the end it is there for others.
        bool isUnderWay = inner.Phase is LearningPhase.Training or LearningPhase.Collecting or LearningPhase.Aggregating;
        if (isUnderWay && _training is null && _mean is null && inner.Due is null)
        {
            report("no wait without a deadline", $"in {inner.Phase} {peer} trains nothing, averages nothing and waits for no time, after {input.GetType().Name}");
        }

        return effects;
    }

    private void OnInput(LearningInput input)
    {
        switch (input)
        {
            case ModelTrained trained:
                OnEnded(trained.Entry.Round);
                break;
            case TrainingBroken broken:
                OnEnded(broken.Round);
                break;
            case MeanComputed computed when computed.Id == _mean:
                _mean = null;
                break;
            case MeanFailed failed when failed.Id == _mean:
                _mean = null;
                break;
            case StandardTaken:
                // What was averaged on the former one is of no use any more.
                _mean = null;
                break;
        }
    }

    private void OnEnded(int round)
    {
        if (round != _training)
        {
            report("a training that ends is the one that was asked for", $"round {round} of {peer} has ended, and {(_training is { } asked ? $"round {asked}" : "none")} was to be trained");
        }

        _training = null;
    }

    private void OnEffect(LearningEffect effect)
    {
        switch (effect)
        {
            case Train train:
                _training = train.Round;
                break;
            case AbandonTraining:
                _training = null;
                break;
            case ComputeMean compute:
                _mean = compute.Id;
                break;
        }
    }
}
