namespace FedActors.FL.Gossip;

/// <summary>Something that the caller must do, in the order given. A closed set.</summary>
public abstract record LearningEffect
{
    private protected LearningEffect()
    {
    }
}

/// <summary>Compute the weighted mean of models, and answer with <see cref="MeanComputed"/> or <see cref="MeanFailed"/>. The next training begins from it.</summary>
/// <param name="Id">Which; a later one makes it needless.</param>
/// <param name="Entries">At least one, in ordinal order of peers.</param>
/// <param name="Around">Where the peer stands among them, if it averages with its neighbours; null if all count alike.</param>
public sealed record ComputeMean(int Id, IReadOnlyList<ModelEntry> Entries, Neighbourhood? Around = null) : LearningEffect;

/// <summary>Train from the last mean, or from the initial parameters if there is none, or in a round that only mixes take the mean as it is; publish, and answer with <see cref="ModelTrained"/> or <see cref="TrainingBroken"/>.</summary>
/// <param name="Round">Which round; the shuffles depend on it.</param>
public sealed record Train(int Round) : LearningEffect;

/// <summary>A training in progress is of no use any more.</summary>
public sealed record AbandonTraining : LearningEffect;

/// <summary>A round's mean is known.</summary>
/// <param name="Round">Which.</param>
/// <param name="Change">Euclidean norm of the mean's change.</param>
/// <param name="Hash">The mean's hash.</param>
/// <param name="Peers">Whose models are in it.</param>
/// <param name="Duration">From the mean before to this one.</param>
public sealed record RoundClosed(int Round, double Change, string Hash, IReadOnlyList<string> Peers, TimeSpan Duration) : LearningEffect;

/// <summary>Tell others how far this peer is.</summary>
/// <param name="Progress">How far.</param>
public sealed record TellProgress(PeerProgress Progress) : LearningEffect;

/// <summary>The peer trains no more.</summary>
/// <param name="Round">Its last round.</param>
/// <param name="HasConverged">Whether the mean stood still; otherwise the last round was reached.</param>
public sealed record TrainingOver(int Round, bool HasConverged) : LearningEffect;

/// <summary>The mean over all whom this peer knows is final, or is not any more.</summary>
/// <param name="Hash">Its hash; null if somebody trains still.</param>
/// <param name="Peers">Whose models are in it.</param>
public sealed record SettledChanged(string? Hash, IReadOnlyList<string> Peers) : LearningEffect;

/// <summary>All who are here have settled on one mean, or have not any more.</summary>
/// <param name="Hash">Its hash; null if they have not.</param>
public sealed record AgreementChanged(string? Hash) : LearningEffect;

/// <summary>Tell the operator.</summary>
/// <param name="Text">What.</param>
public sealed record ReportTrouble(string Text) : LearningEffect;
