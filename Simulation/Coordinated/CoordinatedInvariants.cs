using FedActors.Actors;
using FedActors.FL.Configuration;
using FedActors.FL.Protocol;
using FedActors.FL.Rounds;
using FedActors.Simulation.Kernel;
using FedActors.Simulation.Worlds;
using FedActors.Storage.Training;

namespace FedActors.Simulation.Coordinated;

/// <summary>What must hold of a run whatever goes wrong.</summary>
internal sealed class CoordinatedInvariants
{
    private readonly FederationOptions _options;
    private readonly RoundOracle _oracle;
    private readonly List<(int Round, string Hash)> _written = [];
    private readonly SortedDictionary<int, string> _announced = [];
    private readonly HashSet<(int Round, string Hash)> _everWritten = [];
    private (int Round, IReadOnlyList<CountedUpdate> Updates) _counted;
    private readonly Dictionary<string, HashSet<string>> _accumulated = new(StringComparer.Ordinal);
    private readonly RestartIntensity _restarts = new();
    private readonly Action<string, string> _report;

    /// <param name="options">The rules.</param>
    /// <param name="sites">The data.</param>
    /// <param name="report">Told which invariant is broken, and how.</param>
    public CoordinatedInvariants(FederationOptions options, SimulatedSites sites, Action<string, string> report)
    {
        _options = options;
        _report = report;
        _oracle = new RoundOracle(options, sites);
        _everWritten.Add((0, _oracle.InitialHash));
    }

    private int Quorum => _options.Protocol.Kind == Protocols.Asynchronous ? 1 : _options.Participation.MinWorkers;

    /// <summary>Rounds committed now.</summary>
    public int Committed => _written.Count;

    /// <summary>Looks after the sums of a process's combiner.</summary>
    /// <param name="machine">Where it runs.</param>
    public CombinerWatch WatchCombiner(string machine) => new(machine, Report);

    /// <summary>The provider is about to write a round.</summary>
    public void OnCounted(int round, IReadOnlyList<CountedUpdate> updates) => _counted = (round, updates);

    /// <summary>A round is in the store.</summary>
    /// <param name="round">The round.</param>
    /// <param name="isUndisturbed">Whether nothing has gone wrong since before it began.</param>
    public void OnWritten(RoundRecord round, bool isUndisturbed)
    {
        if (round.Round != _written.Count + 1)
        {
            Report("a round commits once, in order", $"round {round.Round} was written after round {_written.Count}");
            return;
        }

        if (_announced.TryGetValue(round.Round, out string? told) && told != round.ParameterHash)
        {
            Report("a committed round never changes", $"round {round.Round} was announced with the hash {told[..8]} and is written again with {round.ParameterHash[..8]}");
        }

        string[] participants = [.. round.Participants.Select(participant => participant.WorkerId)];
        if (participants.Distinct(StringComparer.Ordinal).Count() != participants.Length || participants.Length < Quorum
            || participants.Except(round.Cohort, StringComparer.Ordinal).Any() || _counted.Round != round.Round)
        {
            Report("an update counts once", $"round {round.Round} says that {string.Join(", ", participants)} took part; asked were {string.Join(", ", round.Cohort)}");
        }
        else if (_oracle.FindFault(round, _counted.Updates) is { } fault)
        {
            Report("a round is the mean of its updates", fault);
        }

        CheckMissing(round, isUndisturbed);
        _written.Add((round.Round, round.ParameterHash));
        _everWritten.Add((round.Round, round.ParameterHash));
    }

    /// <summary>Somebody was told of a round.</summary>
    public void OnAnnounced(int round, string hash)
    {
        if (round > _written.Count || _written[round - 1].Hash != hash)
        {
            if (!_everWritten.Contains((round, hash)))
            {
                Report("a round is durable before anyone hears of it", $"round {round} with the hash {hash[..8]} was announced, and nothing like it was written");
            }

            // Else it is news from before a backup was put back.
            return;
        }

        _announced[round] = hash;
    }

    /// <summary>A provider opens the store: what was announced must be there.</summary>
    public void OnOpened(ITrainingStore store, string runId)
    {
        foreach ((int round, string hash) in _announced)
        {
            string? stored = store.FindRound(runId, round)?.ParameterHash;
            if (stored != hash)
            {
                Report("a committed round is never lost", $"round {round} was announced with the hash {hash[..8]}; the store has {stored?[..8] ?? "none"}");
            }
        }

        // What was written and not announced may have been lost with the power.
        int kept = store.FindRun(runId)?.CommittedRounds ?? 0;
        Truncate(kept);
    }

    /// <summary>An earlier copy of the disk was put back: what came after it is gone, and rightly so.</summary>
    public void OnRestored(ITrainingStore store, string runId)
    {
        RunRecord? run = store.FindRun(runId);
        Truncate(run?.CommittedRounds ?? 0);
        foreach (int round in _announced.Keys.Where(round => round > _written.Count).ToArray())
        {
            _announced.Remove(round);
        }

        if (run is null)
        {
            _oracle.Forget();
        }
    }

    /// <summary>A member was told the plan.</summary>
    public void OnPlan(RunPlan plan)
    {
        if (_oracle.FindFault(plan) is { } fault)
        {
            Report("the plan never changes", fault);
        }
    }

    /// <summary>A worker is asked to train.</summary>
    public void OnTrainRequest(string worker, TrainRequest request, bool damaged)
    {
        if (!_everWritten.Contains((request.Key.Round - 1, request.BaseHash)) || (!damaged && _oracle.HashOf(request.Parameters) != request.BaseHash))
        {
            Report("nobody trains on what was not committed", $"{worker} was asked to train round {request.Key.Round} from {request.BaseHash[..8]}");
        }
    }

    /// <summary>A worker compressed an update.</summary>
    public void OnCompressed(string worker, int round, int settled, bool found) => _oracle.OnCompressed(worker, round, settled, found);

    /// <summary>The aggregator starts an empty average.</summary>
    public void OnAverageOpened(string aggregator) => _accumulated[aggregator] = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>The aggregator takes updates in, one or a sum of some.</summary>
    public void OnAccumulated(string aggregator, RoundKey key, IReadOnlyList<string> workers)
    {
        if (!_accumulated.TryGetValue(aggregator, out HashSet<string>? taken))
        {
            return;
        }

        foreach (string worker in workers.Where(worker => !taken.Add($"{worker} {key}")))
        {
            Report("an update counts once", $"the aggregator is given the update of {worker} for {key} twice");
        }
    }

    /// <summary>The aggregator could not take an update in: another of the same worker may come.</summary>
    public void OnNotAccumulated(string aggregator, UpdateNotAccumulated refused)
    {
        if (_accumulated.TryGetValue(aggregator, out HashSet<string>? taken))
        {
            taken.Remove($"{refused.WorkerId} {refused.Key}");
        }
    }

    /// <summary>A supervisor restarts an actor.</summary>
    public void OnRestart(SimulatedProcess process, ActorPath actor)
    {
        if (_restarts.FindFault(process, actor) is { } fault)
        {
            Report("restarts stay within their intensity", fault);
        }
    }

    /// <summary>A member has no provider, and will not look for one.</summary>
    public void OnEndlessWait(string member) => Report("no wait without a deadline", $"{member} has no provider, and no timer is armed by which it registers again");

    /// <summary>The run has ended, and says how.</summary>
    public void OnEnded(RunRecord run, ITrainingStore store)
    {
        int stored = store.FindRun(run.Id)?.CommittedRounds ?? 0;
        if (run.Status == RunStatus.Running
            || (run.Status == RunStatus.Finished && run.CommittedRounds != _options.Training.Rounds) || (run.Status != RunStatus.Finished && string.IsNullOrEmpty(run.Reason)))
        {
            Report("every run ends in a stated outcome", $"{run.Status} after {run.CommittedRounds} rounds: {run.Reason ?? "no reason"}");
        }
        else if (stored != _written.Count || run.CommittedRounds > stored || run.CommittedRounds < stored - 1)
        {
            // A write that reported a failure may have happened: the store may hold one round more than anybody was told of.
            Report("a committed round is never lost", $"the run ended with {run.CommittedRounds} rounds; written were {_written.Count}, stored are {stored}");
        }
    }

    private void Report(string invariant, string text) => _report(invariant, text);

    /// <summary>Whom a round asked and did not count it names, with the reason; and where nothing is wrong there is nobody.</summary>
    private void CheckMissing(RoundRecord round, bool isUndisturbed)
    {
        // Where a round waits for fewer than it asks, who is late is not missing.
        ProtocolOptions protocol = _options.Protocol;
        string[] missing = [.. round.Cohort.Except(round.Participants.Select(participant => participant.WorkerId), StringComparer.Ordinal)];
        if (missing.Length == 0 || protocol.Kind != Protocols.Synchronous || protocol.OverSelection > 0 || protocol.Late != LateUpdates.Drop)
        {
            return;
        }

        string[] unexplained = [.. missing.Except(round.Refusals.Select(refusal => refusal.WorkerId), StringComparer.Ordinal)];
        if (unexplained.Length > 0)
        {
            Report("a round says who is missing, and why", $"round {round.Round} asked {string.Join(", ", unexplained)}, counts nothing of theirs, and does not say why");
        }
        else if (isUndisturbed)
        {
            Report("an undisturbed round counts all whom it asked", $"round {round.Round} is without {string.Join(", ", round.Refusals.Where(refusal => missing.Contains(refusal.WorkerId)).Select(refusal => $"{refusal.WorkerId} ({refusal.Text})"))}, and nothing was wrong");
        }
    }

    private void Truncate(int rounds)
    {
        if (rounds > _written.Count)
        {
            Report("a round commits once, in order", $"the store has {rounds} rounds; written were {_written.Count}");
            return;
        }

        _written.RemoveRange(rounds, _written.Count - rounds);
        _oracle.Truncate(rounds);
    }
}
