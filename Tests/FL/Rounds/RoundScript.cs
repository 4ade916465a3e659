using FedActors.FL.Configuration;
using FedActors.FL.Models;
using FedActors.FL.Rounds;

namespace FedActors.Tests.FL.Rounds;

/// <summary>Drives a machine by hand: members by name, effects by type.</summary>
internal sealed class RoundScript
{
    public const string Run = "run1";
    public const long AggregatorSession = 900;
    public const long EvaluatorSession = 800;

    public static readonly ModelSpecification Model = new(ModelSpecification.Softmax, 4, 3);
    public static readonly UpdateFigures Figures = new(100, 0.5, 0.75, TimeSpan.FromMilliseconds(3));

    private readonly Dictionary<string, long> _sessions = [];
    private long _nextSession = 1;

    public RoundScript(FederationOptions? options = null, RunPosition? position = null, ModelSpecification? specification = null)
    {
        Options = options ?? Rules();
        Machine = new RoundMachine(Options, position ?? new RunPosition { RunId = Run }, specification);
    }

    public FederationOptions Options { get; }

    public RoundMachine Machine { get; }

    public Dictionary<RoundTimerKind, (RoundTimer Timer, TimeSpan After)> Armed { get; } = [];

    /// <summary>Effects of the last input.</summary>
    public IReadOnlyList<RoundEffect> Last { get; private set; } = [];

    public static FederationOptions Rules(int workers = 4, int minWorkers = 3, double fraction = 1, int rounds = 3, int maxAttempts = 3) => new()
    {
        Training = new TrainingOptions { Rounds = rounds },
        Participation = new ParticipationOptions { Workers = workers, MinWorkers = minWorkers, Fraction = fraction, MaxAttempts = maxAttempts },
    };

    /// <summary>A run with all members there and its first round asked.</summary>
    public static RoundScript Collecting(FederationOptions? options = null, bool evaluator = true)
    {
        RoundScript script = new(options);
        script.Open().Aggregator();
        if (evaluator)
        {
            script.Evaluator();
        }

        foreach (string worker in Names(script.Options.Participation.Workers))
        {
            script.Worker(worker);
        }

        if (!evaluator)
        {
            script.Elapse(RoundTimerKind.StartRoles);
        }

        script.Do(new RunBegun());
        script.Machine.Phase.Should().Be(RoundPhase.Collecting);
        return script;
    }

    public static IEnumerable<string> Names(int workers) => Enumerable.Range(0, workers).Select(i => ((char)('A' + i)).ToString());

    public RoundScript Do(RoundInput input)
    {
        Last = Machine.Handle(input);
        foreach (RoundEffect effect in Last)
        {
            switch (effect)
            {
                case StartTimer start:
                    Armed[start.Timer.Kind] = (start.Timer, start.After);
                    break;
                case CancelTimer cancel:
                    Armed.Remove(cancel.Timer.Kind);
                    break;
            }
        }

        return this;
    }

    public RoundScript Open() => Do(new RunOpened());

    public RoundScript Elapse(RoundTimerKind kind)
    {
        Armed.Remove(kind, out (RoundTimer Timer, TimeSpan After) armed).Should().BeTrue($"{kind} must be armed");
        return Do(new TimerElapsed(armed.Timer));
    }

    public long Session(string worker) => _sessions[worker];

    public RoundScript Worker(string id, string? site = null, long samples = 100, long incarnation = 1, ModelSpecification? model = null, string? node = null)
    {
        _sessions[id] = _nextSession++;
        return Do(new RegistrationReceived(_sessions[id], MemberRole.Worker, id, node ?? $"node-{id}", incarnation, new DataOffer(model ?? Model, site ?? $"site-{id}", samples)));
    }

    public RoundScript Aggregator(long session = AggregatorSession) =>
        Do(new RegistrationReceived(session, MemberRole.Aggregator, "aggregator", "node-aggregator", session, null));

    public RoundScript Evaluator(long session = EvaluatorSession) =>
        Do(new RegistrationReceived(session, MemberRole.Evaluator, "evaluator", "node-evaluator", session, new DataOffer(Model, "test", 50)));

    public RoundScript Lose(string worker) => Do(new MemberLost(Session(worker), "killed"));

    public UpdateReceived Update(string worker) => new(Session(worker), worker, Run, Machine.Round, Machine.Attempt, Figures);

    public RoundScript Answer(params string[] workers)
    {
        foreach (string worker in workers)
        {
            Do(Update(worker));
        }

        return this;
    }

    public RoundScript Fail(string worker) =>
        Do(new TrainingFailureReceived(Session(worker), worker, Run, Machine.Round, Machine.Attempt, "out of memory"));

    public RoundScript Aggregate(params string[] contributors) => Aggregate(AggregatorSession, contributors);

    public RoundScript Aggregate(long session, string[] contributors) =>
        Do(new AggregateReceived(session, Run, Machine.Round, Machine.Attempt, contributors));

    public RoundScript Evaluate(long session = EvaluatorSession) => Do(new EvaluationReceived(session, Run, Machine.Round, Machine.Attempt));

    public RoundScript Persist() => Do(new RoundPersisted(Machine.Round));

    /// <summary>A whole round in which everybody answers.</summary>
    public RoundScript Round(params string[] workers) => Answer(workers).Aggregate(workers).Evaluate().Persist();

    public T Single<T>()
        where T : RoundEffect => Last.OfType<T>().Should().ContainSingle().Subject;

    public string[] Asked() => [.. Last.OfType<RequestTraining>().Select(request => request.WorkerId)];

    public RefusalReason Refused() => Single<RefuseUpdate>().Reason;
}
