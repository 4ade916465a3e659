using FedActors.FL.Aggregation;
using FedActors.FL.Compression;
using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.FL.Rounds;
using FedActors.FL.Strategies;
using FedActors.FL.Training;
using FedActors.Simulation.Worlds;
using FedActors.Storage.Training;

namespace FedActors.Simulation.Coordinated;

/// <summary>Works out again what a round's parameters must be: each participant's training, from the round before, averaged once.</summary>
/// <remarks>Training is deterministic and averaging exact, so that right is what has the same hash.</remarks>
internal sealed class RoundOracle
{
    private readonly FederationOptions _options;
    private readonly SimulatedSites _sites;
    private readonly ParameterVector _initial;
    private readonly List<ParameterVector> _rounds = [];
    private readonly Dictionary<string, LocalTrainer> _trainers = new(StringComparer.Ordinal);
    private readonly List<RunPlan> _former = [];
    private readonly ResidualLedger _residuals;
    private RunPlan? _plan;

    public RoundOracle(FederationOptions options, SimulatedSites sites)
    {
        _options = options;
        _sites = sites;
        _initial = InitialParameters.Draw(SimulatedSites.Model, options.Seed);
        InitialHash = _initial.Hash();
        _residuals = new ResidualLedger(CompressionPipeline.From(options.Compression), options.Seed);
    }

    public string InitialHash { get; }

    /// <summary>The site whose data a worker holds. An intruder takes the place of the first worker.</summary>
    public static string SiteOf(string worker) => worker == CoordinatedWorld.Substitute ? "A" : worker;

    public string HashOf(ReadOnlyMemory<float> parameters) => new ParameterVector(SimulatedSites.Model.Layout, parameters.ToArray()).Hash();

    /// <summary>What is wrong with a plan, held against the one before; or null.</summary>
    public string? FindFault(RunPlan plan)
    {
        if (_plan is not null && IsSame(_plan, plan))
        {
            return null;
        }

        // What was told before an earlier copy of the disk was put back still arrives, and may arrive first.
        if (_plan is null || _former.Exists(former => IsSame(former, _plan)))
        {
            _plan = plan;
            _trainers.Clear();
            return null;
        }

        return _former.Exists(former => IsSame(former, plan)) ? null : $"run {plan.RunId} is told with another standardisation than before";
    }

    /// <summary>What is wrong with a round's parameters, or null.</summary>
    public string? FindFault(RoundRecord round, IReadOnlyList<CountedUpdate> updates)
    {
        ParameterVector newest = BeforeRound(round.Round);
        ParameterVector written = ParameterVector.FromBytes(SimulatedSites.Model.Layout, round.Parameters!.Value.Span);
        _rounds.Add(written);
        if (_plan is null)
        {
            return $"round {round.Round} was written before anybody knew the plan";
        }

        string expected = Expect(round, newest, updates);
        return expected == round.ParameterHash && written.Hash() == expected
            ? null
            : $"round {round.Round} of {string.Join(", ", updates.Select(update => update.WorkerId))} has the hash {round.ParameterHash[..8]}, and their mean {expected}";
    }

    /// <summary>Later rounds are gone.</summary>
    public void Truncate(int rounds)
    {
        _rounds.RemoveRange(rounds, _rounds.Count - rounds);
        _residuals.Truncate(rounds);
    }

    /// <summary>A worker compressed an update.</summary>
    public void OnCompressed(string worker, int round, int settled, bool found) => _residuals.OnCompressed(worker, round, settled, found);

    /// <summary>The run's beginning is gone; the next one may be another.</summary>
    public void Forget()
    {
        if (_plan is not null)
        {
            _former.Add(_plan);
        }

        _plan = null;
        _trainers.Clear();
    }

    private static bool IsSame(RunPlan one, RunPlan other) =>
        one.RunId == other.RunId && one.Mean.Span.SequenceEqual(other.Mean.Span) && one.Scale.Span.SequenceEqual(other.Scale.Span);

    private ParameterVector BeforeRound(int round) => round == 1 ? _initial : _rounds[round - 2];

    // The hash that the round has, where its updates can have it; else what they give, or why they give nothing.
    private string Expect(RoundRecord round, ParameterVector newest, IReadOnlyList<CountedUpdate> updates)
    {
        IReadOnlyList<(float[] Update, double[] Left)>[] possible = [.. updates.Select(Outcomes)];
        for (int i = 0; i < updates.Count; i++)
        {
            _residuals.Settle(updates[i].WorkerId, round.Round, [.. possible[i].Select(outcome => outcome.Left)]);
        }

        int combinations = possible.Aggregate(1, (product, outcomes) => product * outcomes.Count);
        string hash = "";
        for (int choice = 0; choice < combinations && hash != round.ParameterHash; choice++)
        {
            var average = new FederatedAverage(SimulatedSites.Model.Layout);
            int rest = choice;
            for (int i = 0; i < updates.Count; i++)
            {
                CountedUpdate update = updates[i];
                ParameterVector sent = new(SimulatedSites.Model.Layout, possible[i][rest % possible[i].Count].Update);
                rest /= possible[i].Count;
                if (!average.TryAdd(ToCount(sent, BeforeRound(update.Origin), newest, update.Staleness), update.Weight, out UpdateFault? fault))
                {
                    return $"cannot be, as the update of {update.WorkerId} cannot count: {fault.Text}";
                }
            }

            hash = average.ToMean().Hash();
        }

        return hash;
    }

    private IReadOnlyList<(float[] Update, double[] Left)> Outcomes(CountedUpdate update)
    {
        ParameterVector origin = BeforeRound(update.Origin);
        string site = SiteOf(update.WorkerId);
        TrainingResult trained = TrainerOf(site).Train(origin, _options.Training, update.Origin, new LocalWork(update.Steps, default));
        return _residuals.Outcomes(update.WorkerId, site, update.Origin, origin, trained.Parameters);
    }

    // Written down from the papers that AsynchronousMix names, apart from it.
    private float[] ToCount(ParameterVector update, ParameterVector origin, ParameterVector newest, int staleness)
    {
        float[] values = update.Values.ToArray();
        if (_options.Protocol.Kind != Protocols.Asynchronous)
        {
            return values;
        }

        bool mixes = _options.Strategy.Name == StrategyNames.FedAsync;
        double share = (mixes ? _options.Protocol.Mixing : 1) * StalenessWeight.Of(_options.Protocol, staleness);
        for (int i = 0; i < values.Length; i++)
        {
            double from = mixes ? newest.Values[i] : origin.Values[i];
            values[i] = (float)(newest.Values[i] + (share * (update.Values[i] - from)));
        }

        return values;
    }

    private LocalTrainer TrainerOf(string site)
    {
        if (!_trainers.TryGetValue(site, out LocalTrainer? trainer))
        {
            DataSet data = new Standardiser(_plan!.Mean.ToArray(), _plan.Scale.ToArray()).Apply(_sites.DataOf(site));
            trainer = new LocalTrainer(SimulatedSites.Model, data, _options.Seed, site);
            _trainers.Add(site, trainer);
        }

        return trainer;
    }
}
