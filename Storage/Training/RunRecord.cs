namespace FedActors.Storage.Training;

/// <summary>One execution of a federation.</summary>
/// <param name="Id">Short lower-case hex, unique in the store.</param>
/// <param name="Fingerprint">Hash of everything that decides the result: options, model, seed.</param>
/// <param name="Configuration">The effective configuration as JSON, for people and for resuming.</param>
/// <param name="Plan">What the participants were told, as the writer encodes it; kept so that a resumed run tells them the same.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Rounds">Rounds to commit.</param>
/// <param name="Status">Where the run stands.</param>
/// <param name="Reason">Why it ended so; null while it runs or when nothing needs saying.</param>
/// <param name="StartedAt">When it was first begun.</param>
/// <param name="EndedAt">When it ended, or null.</param>
/// <param name="CommittedRounds">The last round that is committed, or 0; kept by the store. Of a run that was recorded whole, some before it may be missing.</param>
public sealed record RunRecord(
    string Id,
    string Fingerprint,
    string Configuration,
    ReadOnlyMemory<byte> Plan,
    ulong Seed,
    int Rounds,
    RunStatus Status,
    string? Reason,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    int CommittedRounds);
