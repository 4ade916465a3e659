using FedActors.FL.Aggregation;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.FL.Rounds;
using FedActors.FL.Strategies;
using FedActors.FL.Training;
using FedActors.Storage;
using FedActors.Storage.Training;

namespace FedActors.Simulation.Scenarios;

/// <summary>Provider, aggregator and evaluator of a scenario in one: hands inputs to the round machine and performs its effects at once.</summary>
/// <remarks>
/// What decides is what decides in a real run: the machine, the sampler in it, the reducer, the server optimizer, the journal. What is
/// left out is messages. Members that only compute answer at once, so that time passes for clients and timers alone.
/// </remarks>
internal sealed partial class VirtualProvider
{
    /// <summary>The aggregator's session.</summary>
    public const long AggregatorSession = 1;

    /// <summary>The evaluator's session; clients have those after it.</summary>
    public const long EvaluatorSession = 2;

    private readonly ScenarioSetup _setup;
    private readonly Agenda _agenda;
    private readonly VirtualTime _time;
    private readonly Strategy _strategy;
    private readonly RunJournal _journal;
    private readonly RoundMachine _machine;
    private readonly RoundStopwatch _stopwatch;
    private readonly Queue<RoundInput> _inputs = new();
    private readonly List<string> _contributors = [];
    private readonly List<double?> _accuracies = [];
    private IUpdateReducer? _reducer;
    private HeldUpdate _held;
    private (ParameterVector Parameters, OptimizerState State) _stepped;
    private Candidate? _candidate;
    private EvaluationRecord? _evaluation;
    private RoundRecord? _committed;
    private StoreFault? _storeFault;
    private long _updateBytes;

    public VirtualProvider(ScenarioSetup setup, Agenda agenda, VirtualTime time)
    {
        (_setup, _agenda, _time) = (setup, agenda, time);
        IVirtualClients clients = setup.Clients;
        Specification = new ModelSpecification(setup.Options.Training.Model, clients.Features, clients.Classes);
        _strategy = Strategy.From(setup.Options.Strategy, setup.Options.Training.LearningRate);
        ProviderSetup provider = new()
        {
            Options = setup.Options, Store = setup.Store, Data = clients.DataName, Configuration = setup.Configuration,
            Specification = Specification, ExpectsEvaluator = clients.Evaluation is not null, Choice = RunChoice.New,
        };
        _journal = new RunJournal(provider, _strategy, time);
        _machine = new RoundMachine(setup.Options, _journal.Open(), Specification, provider.ExpectsEvaluator);
        _stopwatch = new RoundStopwatch(time, () => (BytesSent, BytesReceived));
    }

    /// <summary>Called when a client is asked to train.</summary>
    public required Action<RequestTraining> Asked { get; init; }

    /// <summary>How features are standardised; told before the run may begin.</summary>
    public Standardiser? Standardiser { get; set; }

    /// <summary>Called before a round is opened or asked again, for inputs that say who has come and gone.</summary>
    public required Func<IEnumerable<RoundInput>> Gathering { get; init; }

    /// <summary>The model.</summary>
    public ModelSpecification Specification { get; }

    /// <summary>The machine that decides.</summary>
    public RoundMachine Machine => _machine;

    /// <summary>The run.</summary>
    public RunRecord Run => _journal.Run;

    /// <summary>The parameters that clients begin a round with.</summary>
    public ParameterVector Global => _journal.Global!;

    /// <summary>The run's plan, once it has begun.</summary>
    public RunPlan Plan => _journal.Plan!;

    /// <summary>Whether updates that were handed over are kept until the round ends.</summary>
    public bool KeepsUpdates => _reducer is not StreamingMean || _strategy.KeepsSiteVectors;

    /// <summary>Whether clients measure their loss before they train.</summary>
    public bool NeedsStartLoss => _strategy.NeedsStartLoss;

    /// <summary>How the run ended, or null.</summary>
    public RunResult? End { get; private set; }

    /// <summary>Bytes of parameters sent to clients.</summary>
    public long BytesSent { get; set; }

    /// <summary>Bytes of parameters that came from clients.</summary>
    public long BytesReceived { get; set; }

    /// <summary>The round of the last update of a client that counted; 0 for none.</summary>
    public int SettledOf(string client) => _journal.Settled.GetValueOrDefault(client);

    /// <summary>Hands an update in. True when it was handed over, and its parameters may be kept.</summary>
    public bool Receive(UpdateReceived update, HeldUpdate held)
    {
        _held = held;
        Handle(update);
        bool taken = _held.Taken;
        _held = default;
        return taken;
    }

    /// <summary>Hands an input to the machine and performs what follows, and what follows from that.</summary>
    public void Handle(RoundInput input)
    {
        if (input is TimerElapsed)
        {
            EnqueueGathering();
        }

        _inputs.Enqueue(input);
        while (_inputs.TryDequeue(out RoundInput? next))
        {
            foreach (RoundEffect effect in _machine.Handle(next))
            {
                _stopwatch.OnEffect(effect);
                Perform(effect);
            }
        }
    }

    private void Perform(RoundEffect effect)
    {
        switch (effect)
        {
            case StartTimer start:
                _agenda.Add(_time.Now + start.After.Ticks, new Occurrence(OccurrenceKind.Timer, 0, 0, 0, start.Timer));
                break;
            case RequestTraining request:
                KeepOrigin(request);
                Asked(request);
                break;
            case HandOverUpdate update:
                HandOver(update);
                break;
            case HoldUpdate hold:
                _waiting[hold.WorkerId] = _held with { Parameters = _held.Parameters.ToArray() };
                break;
            case DropHeldUpdate drop:
                _waiting.Remove(drop.WorkerId);
                break;
            case OpenAggregation:
                _reducer = _strategy.Open(Specification.Layout, Global.Memory);
                _contributors.Clear();
                _counted.Clear();
                _updateBytes = 0;
                break;
            case CloseAggregation close:
                _inputs.Enqueue(Reduce(close));
                break;
            case EvaluateCandidate evaluate:
                _evaluation = ToRecord(Evaluation.Evaluate(Specification, _candidate!.Parameters, _setup.Clients.Evaluation!));
                _inputs.Enqueue(new EvaluationReceived(EvaluatorSession, Run.Id, evaluate.Round, evaluate.Attempt));
                break;
            case ReportWaiting waiting:
                _setup.Observer?.OnWaiting(waiting.Cause);
                break;
            default:
                PerformForRun(effect);
                break;
        }
    }

    private void HandOver(HandOverUpdate update)
    {
        HeldUpdate own = update.Held ? _waiting[update.WorkerId] : _held;
        _waiting.Remove(update.WorkerId);
        (ReadOnlyMemory<float> parameters, UpdateFault? fault) = Brought(own, update);
        if (fault is null && _reducer!.TryAdd(new ContributedUpdate(update.WorkerId, parameters, update.Weight, own.Steps, own.StartLoss), out fault))
        {
            _held = update.Held ? _held : _held with { Taken = true };
            _updateBytes += own.Bytes;
            _contributors.Add(update.WorkerId);
            if (_strategy.KeepsSiteVectors)
            {
                _counted[update.WorkerId] = own;
            }
        }
        else
        {
            _inputs.Enqueue(new AccumulationRefused(AggregatorSession, Run.Id, update.Round, update.Attempt, update.WorkerId, Objections.From(fault!)));
        }
    }

    private RoundInput Reduce(CloseAggregation close)
    {
        string? fault = _contributors.Count == 0 ? "there is no update to reduce" : null;
        if (fault is null && _reducer!.TryReduce(out ParameterVector? aggregate, out fault))
        {
            fault = Step(aggregate);
        }

        return fault is null
            ? new AggregateReceived(AggregatorSession, Run.Id, close.Round, close.Attempt, _contributors.ToArray())
            : new AggregationFailureReceived(AggregatorSession, Run.Id, close.Round, close.Attempt, fault);
    }

    private string? Step(ParameterVector aggregate)
    {
        if (UpdateInspection.FindFault(Specification.Layout, aggregate.Values, weight: 1) is { } unsound)
        {
            return $"the aggregate is unsound: {unsound.Text}";
        }

        ParameterVector next = new(Specification.Layout);
        _stepped = (next, _strategy.Optimizer.Step(Global.Values, aggregate.Values, _journal.OptimizerState, next.AsSpan()));
        return UpdateInspection.FindFault(Specification.Layout, next.Values, weight: 1) is { } fault
            ? $"the step of server optimizer {_strategy.Optimizer.Name} is unsound: {fault.Text}"
            : null;
    }

    private void EnqueueGathering()
    {
        foreach (RoundInput input in Gathering())
        {
            _inputs.Enqueue(input);
        }
    }

    private static EvaluationRecord ToRecord(EvaluationMetrics metrics) =>
        new(metrics.Samples, metrics.Accuracy, metrics.Loss, metrics.PerClassAccuracy, metrics.Confusion);
}

/// <summary>What an update holds beside its figures, in hand while the machine decides on it.</summary>
/// <param name="Parameters">Its parameters.</param>
/// <param name="Steps">Optimizer steps that it took.</param>
/// <param name="StartLoss">The loss before them.</param>
/// <param name="Bytes">Bytes that its parameters took.</param>
/// <param name="Samples">Examples that it was trained on.</param>
/// <param name="Taken">Whether it was handed over.</param>
internal readonly record struct HeldUpdate(ReadOnlyMemory<float> Parameters, long Steps, double StartLoss, long Bytes, long Samples, bool Taken = false);
