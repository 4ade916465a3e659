using FedActors.Crdt;
using FedActors.FL.Aggregation;
using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Gossip;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.FL.Training;

namespace FedActors.FL.Roles;

/// <summary>A peer's long computations on one standard: training, means and scores, away from the actor's turn and one after another.</summary>
internal sealed class PeerTrainer
{
    private readonly PeerSetup _setup;
    private readonly PeerJournal _journal;
    private readonly Lazy<Standardiser> _standardiser;
    private readonly Lazy<DataSet> _own;
    private readonly Lazy<ITrainer> _trainer;
    private readonly PeerStrategy _strategy;
    private readonly Lazy<DataSet?> _evaluation;
    private TrainingResult? _lastResult;
    private Task _last = Task.CompletedTask;

    public PeerTrainer(PeerSetup setup, PeerJournal journal, FeatureStandard standard)
    {
        _setup = setup;
        _journal = journal;
        Standard = standard;
        _strategy = new PeerStrategy(setup.Options.Strategy, setup.Options.Training);
        _standardiser = new(standard.Moments.ToStandardiser);
        _own = new(() => _standardiser.Value.Apply(setup.Data));
        _trainer = new(() =>
        {
            TrainerSubject subject = new(setup.Specification, _own.Value, setup.Options.Seed, setup.Site);
            return setup.Trainer?.Invoke(subject) ?? new LocalTrainer(subject.Specification, subject.Data, subject.Seed, subject.Site);
        });
        _evaluation = new(() => setup.Evaluation is { } data ? _standardiser.Value.Apply(data) : null);
    }

    /// <summary>The standard.</summary>
    public FeatureStandard Standard { get; }

    /// <summary>What the standard makes of features.</summary>
    public Standardiser Standardiser => _standardiser.Value;

    /// <summary>The last mean that was adopted, or null.</summary>
    public ParameterVector? Mean { get; set; }

    /// <summary>Trains from the last mean and stores the result under a version of its own.</summary>
    public Task<PublishedModel> TrainAsync(int round, ulong incarnation, CancellationToken cancellationToken)
    {
        ParameterVector? mean = Mean;
        return AfterLastAsync(
            () =>
            {
                ParameterVector start = mean ?? Initial();
                TrainingOptions training = _setup.Options.Training;
                TrainingResult result = round <= training.Rounds ? _trainer.Value.Train(start, training, round, LocalWork.AsPlanned, cancellationToken) : Mixed(start);
                _lastResult = result;
                if (UpdateInspection.FindFault(_setup.Specification.Layout, result.Parameters.Values, result.Samples, out _) is { } fault)
                {
                    throw new InvalidOperationException(fault.Text);
                }

                Body payload = GossipBodies.OfModel(round, result.Samples, Standard.Hash, result.Parameters);
                (ulong Sequence, Body Body)? prepared = _journal.Prepare(incarnation, GossipBodies.ModelKey(_setup.PeerId, round), payload);
                return new PublishedModel(round, result, payload, incarnation, prepared);
            },
            cancellationToken);
    }

    /// <summary>Makes one model of several by the strategy, and scores it.</summary>
    public Task<ComputedMean> AverageAsync(ComputeMean request, CancellationToken cancellationToken)
    {
        ParameterVector? last = Mean;
        return AfterLastAsync(
            () =>
            {
                List<string> faults = [];
                if (!_strategy.TryAverage(_setup.Specification.Layout, request, LossOf, faults, out ParameterVector? mean, out string? reason))
                {
                    throw new InvalidOperationException(reason);
                }

                EvaluationMetrics? metrics = _evaluation.Value is { } data
                    ? Training.Evaluation.Evaluate(_setup.Specification, mean, data, cancellationToken)
                    : null;
                return new ComputedMean(request.Id, mean, mean.DistanceTo(last ?? Initial()), mean.Hash(), metrics, faults);
            },
            cancellationToken);
    }

    /// <summary>Needed before the first mean alone, and drawn then: it is as large as a model.</summary>
    private ParameterVector Initial() => InitialParameters.Draw(_setup.Specification, _setup.Options.Seed);

    /// <summary>A round that only mixes: the mean as it is, with the figures of the last training.</summary>
    private TrainingResult Mixed(ParameterVector mean)
    {
        EvaluationMetrics Measured() => Training.Evaluation.Evaluate(_setup.Specification, mean, _own.Value, CancellationToken.None);
        return _lastResult is { } last ? last with { Parameters = mean, Steps = 0 } : new TrainingResult(mean, _setup.Data.Count, Measured().Loss, Measured().Accuracy, Steps: 0);
    }

    private double LossOf(ParameterVector parameters) => Training.Evaluation.Evaluate(_setup.Specification, parameters, _own.Value, CancellationToken.None).Loss;

    private Task<T> AfterLastAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        Task<T> next = RunAfterAsync(_last, work, cancellationToken);
        _last = next;
        return next;
    }

    private async Task<T> RunAfterAsync<T>(Task before, Func<T> work, CancellationToken cancellationToken)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        return await Task.Factory.StartNew(work, cancellationToken, TaskCreationOptions.DenyChildAttach, _setup.Training);
    }
}

/// <summary>What a training gave.</summary>
/// <param name="Round">Which round.</param>
/// <param name="Training">Its result.</param>
/// <param name="Payload">The model as it is published.</param>
/// <param name="Incarnation">In which its version was taken.</param>
/// <param name="Prepared">Its version, and the payload with a proof of who wrote it, where there are proofs; null if the peer had another incarnation by then.</param>
internal sealed record PublishedModel(int Round, TrainingResult Training, Body Payload, ulong Incarnation, (ulong Sequence, Body Body)? Prepared);

/// <summary>A mean.</summary>
/// <param name="Id">As asked.</param>
/// <param name="Mean">The parameters.</param>
/// <param name="Change">Euclidean norm of what they differ by from the mean before.</param>
/// <param name="Hash">Their hash.</param>
/// <param name="Metrics">How they score; null without evaluation data.</param>
/// <param name="Faults">Models that do not count, and why.</param>
internal sealed record ComputedMean(int Id, ParameterVector Mean, double Change, string Hash, EvaluationMetrics? Metrics, IReadOnlyList<string> Faults);
