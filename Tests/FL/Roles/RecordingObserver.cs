using System.Collections.Concurrent;
using FedActors.FL.Roles;
using FedActors.Storage.Training;

namespace FedActors.Tests.FL.Roles;

/// <summary>Keeps what a provider tells.</summary>
internal sealed class RecordingObserver : IRunObserver
{
    public Action<RoundRecord>? OnRoundDone { get; init; }

    public ConcurrentQueue<MemberChange> Members { get; } = new();

    public ConcurrentQueue<RoundRecord> Rounds { get; } = new();

    public ConcurrentQueue<string> Waits { get; } = new();

    public RunSummary? Summary { get; private set; }

    public RunRecord? Ended { get; private set; }

    public void OnMember(MemberChange change) => Members.Enqueue(change);

    public void OnStarted(RunRecord run, RunSummary summary) => Summary = summary;

    public void OnRound(RoundRecord round)
    {
        Rounds.Enqueue(round);
        OnRoundDone?.Invoke(round);
    }

    public void OnWaiting(string cause) => Waits.Enqueue(cause);

    public void OnEnded(RunRecord run) => Ended = run;
}
