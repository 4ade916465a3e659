using FedActors.Actors;
using FedActors.Actors.Middleware;
using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.FL.Rounds;
using FedActors.Simulation.Kernel;
using FedActors.Storage.Training;

namespace FedActors.Simulation.Races;

/// <summary>A coordinated run with the roles that are shipped, in virtual time, in which a step of each worker takes a time of its own and all else takes none.</summary>
/// <remarks>Training is done at once and its answer arrives when the steps that it took would be over; the time that it reports is that time.</remarks>
public sealed class ProtocolRace
{
    private readonly RaceSetup _setup;
    private readonly HashSet<object> _due = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, ModelUpdate> _training = new(StringComparer.Ordinal);
    private readonly RunCompletion _completion = new();
    private readonly MemoryTrainingStore _store = new();
    private SimulatedProcess? _process;
    private ActorRef? _provider;

    private ProtocolRace(RaceSetup setup) => _setup = setup;

    /// <summary>Runs to the end.</summary>
    /// <exception cref="InvalidOperationException">The run cannot go on, or did not end as finished.</exception>
    public static async Task<RaceResult> RunAsync(RaceSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        SynchronizationContext? before = SynchronizationContext.Current;
        ProtocolRace race = new(setup);
        try
        {
            return await race.RunAsync();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
            race._process?.Kill();
            race._store.Dispose();
        }
    }

    private async Task<RaceResult> RunAsync()
    {
        EventQueue queue = new();
        queue.Hold();
        using SimulatedProcess process = new(new SimulatedHost(queue, "race"));
        _process = process;
        process.Do(Spawn);
        while (!_completion.Task.IsCompleted)
        {
            if (!queue.Step())
            {
                throw new InvalidOperationException("Nothing will ever happen any more, and the run has not ended.");
            }
        }

        RunResult result = await _completion.Task;
        if (result.Outcome != RunOutcome.Finished)
        {
            throw new InvalidOperationException($"The run ended as {result.Outcome}: {result.Reason}");
        }

        IReadOnlyList<RoundRecord> rounds = _store.ListRounds(result.Run.Id);
        return new RaceResult(rounds[^1].CommittedAt - result.Run.StartedAt, rounds.Count, rounds.Sum(round => round.Participants.Count), rounds[^1].Evaluation?.Accuracy ?? double.NaN, rounds[^1].ParameterHash);
    }

    private void Spawn()
    {
        SimulatedProcess process = _process!;
        ActorSystem system = new(new ActorSystemOptions
        {
            Node = "race", Time = process.Clock, Scheduler = process.Scheduler, Seed = _setup.Options.Seed, Meters = process.Meters, ReceiveMiddleware = [Delay],
        });
        SimulatedThreads threads = new(process, static () => TimeSpan.Zero);
        DataManifest manifest = _setup.Data.Manifest;
        ModelSpecification model = manifest.Specify(_setup.Options.Training.Model);
        _provider = system.Spawn(
            CoordinatedRoles.Provider(new ProviderSetup { Options = _setup.Options, Store = _store, Data = manifest.Name, Specification = model, Completion = _completion }),
            CoordinatedRoles.ProviderName);
        system.Spawn(CoordinatedRoles.Aggregator(new AggregatorSetup { MemberId = "aggregator", Provider = _provider }), CoordinatedRoles.AggregatorName);
        EvaluatorSetup evaluator = new() { MemberId = "evaluator", Provider = _provider, Specification = model, Data = _setup.Data.LoadEvaluation(), Evaluation = threads };
        system.Spawn(CoordinatedRoles.Evaluator(evaluator), CoordinatedRoles.EvaluatorName);
        foreach (SiteFile site in manifest.Sites)
        {
            DataSet data = _setup.Data.LoadSite(site.Name);
            WorkerSetup worker = new()
            {
                MemberId = site.Name, Provider = _provider, Site = site.Name, Specification = model, Data = data, Moments = FeatureMoments.Of(data), Training = threads,
            };
            system.Spawn(CoordinatedRoles.Worker(worker), site.Name);
        }
    }

    // An update waits for the time that its steps take; one whose worker was asked for something else meanwhile never arrives.
    private ReceiveHandler Delay(ReceiveHandler next) => (context, envelope) =>
    {
        if (envelope.Message is TrainRequest)
        {
            _training.Remove(context.Self.Path.Name);
        }
        else if (envelope.Message is ModelUpdate update && !_due.Remove(update))
        {
            TimeSpan duration = _setup.StepTimes[update.WorkerId] * update.Steps;
            ModelUpdate late = update with { TrainingTime = duration };
            ActorRef? sender = envelope.Sender;
            _training[update.WorkerId] = late;
            _process!.Schedule(duration, () => Arrive(late, sender));
            return ValueTask.CompletedTask;
        }

        return next(context, envelope);
    };

    private void Arrive(ModelUpdate update, ActorRef? sender)
    {
        if (ReferenceEquals(_training.GetValueOrDefault(update.WorkerId), update))
        {
            _due.Add(update);
            _provider!.Tell(update, sender);
        }
    }
}

/// <summary>What a race needs.</summary>
/// <param name="Options">The run's rules.</param>
/// <param name="Data">The data set; each of its sites is a worker.</param>
/// <param name="StepTimes">How long a step of each site's worker takes.</param>
public sealed record RaceSetup(FederationOptions Options, IFederatedData Data, IReadOnlyDictionary<string, TimeSpan> StepTimes);

/// <summary>How a race went.</summary>
/// <param name="Duration">From the beginning to the last commit.</param>
/// <param name="Rounds">Rounds or versions committed.</param>
/// <param name="Updates">Updates that count in them.</param>
/// <param name="Accuracy">Of the last model.</param>
/// <param name="ParameterHash">The last model's hash.</param>
public sealed record RaceResult(TimeSpan Duration, int Rounds, int Updates, double Accuracy, string ParameterHash);
