using FedActors.FL.Aggregation;
using FedActors.FL.Attacks;
using FedActors.FL.Compression;
using FedActors.FL.Numerics;
using FedActors.FL.Roles;
using FedActors.FL.Rounds;
using FedActors.FL.Training;

namespace FedActors.Simulation.Scenarios;

/// <summary>Runs a scenario: virtual clients, which share the global model and take turns on a few buffers, in virtual time.</summary>
/// <remarks>
/// What decides is what decides in a real run; see <see cref="VirtualProvider"/>. Where every client that is asked answers in time,
/// the run ends with the parameters, to the last bit, with which real roles end on the same data and seed.
/// </remarks>
public sealed class ScenarioRun
{
    private static readonly StopRequested Stopped = new("stopped on request");

    private readonly ScenarioSetup _setup;
    private readonly Agenda _agenda = new();
    private readonly VirtualTime _time;
    private readonly VirtualProvider _provider;
    private readonly ClientConduct _conduct;
    private readonly ClientCompression _compression;
    private readonly ClientRoll _roll;
    private readonly UpdateSource _updates;
    private readonly Occurrence[] _chunk = new Occurrence[UpdateSource.Chunk];
    private readonly Moment[] _moments = new Moment[UpdateSource.Chunk];
    private readonly int[] _clients = new int[UpdateSource.Chunk];
    private readonly int _most;
    private int _openRound;
    private int _openAttempt;
    private int _asked;
    private int _answered;

    private ScenarioRun(ScenarioSetup setup)
    {
        _setup = setup;
        _time = new VirtualTime(setup.Time.GetUtcNow());
        _provider = new VirtualProvider(setup, _agenda, _time) { Asked = Ask, Gathering = () => _roll!.Gather() };
        _compression = new ClientCompression(CompressionPipeline.From(setup.Options.Compression), _provider);
        _conduct = new ClientConduct(setup, _agenda, _time, _provider.Specification.Layout.Count, _compression.UsualBytes);
        _roll = new ClientRoll(setup, _provider.Specification, _time);
        _updates = new UpdateSource(setup, _provider, _conduct.StepsOf);

        // A version that closes asks anew: what was trained beyond it would be overtaken.
        _most = setup.Options.Protocol.Kind == Protocols.Asynchronous ? Math.Min(UpdateSource.Chunk, setup.Options.Protocol.BufferOf(setup.Options.Strategy.Name)) : UpdateSource.Chunk;
    }

    /// <summary>Runs a scenario to its end.</summary>
    /// <param name="setup">What to run.</param>
    /// <param name="cancellationToken">Stops the run; what is committed stays.</param>
    /// <exception cref="ArgumentException">The rules ask for another number of workers than there are clients, or attackers that know a whole round for updates that outlive theirs.</exception>
    public static RunResult Execute(ScenarioSetup setup, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(setup);
        if (setup.Options.Participation.Workers != setup.Clients.Count)
        {
            throw new ArgumentException($"There are {setup.Clients.Count} clients, and the run expects {setup.Options.Participation.Workers} workers.", nameof(setup));
        }

        if (setup is { Attack: not null and not LabelFlip, AttackShare: > 0 } && (setup.Options.Protocol.Kind == Protocols.Asynchronous || setup.Options.Protocol.Late != LateUpdates.Drop))
        {
            throw new ArgumentException($"Attackers of {setup.Attack.Name} know what all others send in a round, and here updates outlive theirs.", nameof(setup));
        }

        return new ScenarioRun(setup).Run(cancellationToken);
    }

    private RunResult Run(CancellationToken cancellationToken)
    {
        Prepare(cancellationToken);
        _provider.Handle(new RunOpened());
        if (_provider.Standardiser is null)
        {
            _provider.Handle(Stopped);
        }

        _provider.Handle(new RegistrationReceived(VirtualProvider.AggregatorSession, MemberRole.Aggregator, "aggregator", "virtual", 1, null));
        if (_setup.Clients.Evaluation is { } evaluation)
        {
            DataOffer held = new(_provider.Specification, "evaluation", evaluation.Count);
            _provider.Handle(new RegistrationReceived(VirtualProvider.EvaluatorSession, MemberRole.Evaluator, "evaluator", "virtual", 1, held));
        }

        for (int client = 0; client < _setup.Clients.Count && _provider.End is null; client++)
        {
            _provider.Handle(_roll.Register(client));
        }

        while (_provider.End is null)
        {
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                GoOn(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                _provider.Handle(Stopped);
            }
        }

        return _provider.End;
    }

    // All clients are there when the run begins, and the standardisation is that of all their examples.
    private void Prepare(CancellationToken cancellationToken)
    {
        int count = _setup.Clients.Count;
        try
        {
            _provider.Standardiser = PopulationMoments.Of(
                _setup.Clients, _setup.Threads, done => _setup.Progress?.Invoke(new ScenarioProgress(0, done, count)), cancellationToken).ToStandardiser();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The run ends before it begins.
        }
    }

    private void GoOn(CancellationToken cancellationToken)
    {
        if (!_agenda.TryPeek(out Occurrence next, out _))
        {
            throw new InvalidOperationException("The run waits for nothing, and has not ended.");
        }

        if (IsForNow(next) && next.Kind is OccurrenceKind.Update or OccurrenceKind.DamagedUpdate)
        {
            ReceiveChunk(cancellationToken);
            return;
        }

        _agenda.TryTake(out next, out Moment moment);
        _time.GoTo(moment.Ticks);
        Happen(next, cancellationToken);
    }

    private void Happen(Occurrence occurrence, CancellationToken cancellationToken)
    {
        int client = occurrence.Client;
        switch (occurrence.Kind)
        {
            case OccurrenceKind.Timer:
                _provider.Handle(new TimerElapsed(occurrence.Timer));
                break;
            case OccurrenceKind.Return:
                if (_roll.Return(client) is { } registration)
                {
                    _provider.Handle(registration);
                }

                break;
            case var _ when !_conduct.IsCurrent(occurrence):
                break;
            case OccurrenceKind.Crash:
                Lose(client, "its process died", _setup.Faults.Restart);
                break;
            case OccurrenceKind.Disconnect:
                Lose(client, "its connection broke", _setup.Network.Reconnect);
                break;
            case OccurrenceKind.Offline:
                _conduct.Forget(client);
                long back = _roll.GoOffline(client);
                _provider.Handle(new MemberLost(ClientRoll.SessionOf(client), "its device went offline"));
                _agenda.Add(back, new Occurrence(OccurrenceKind.Return, client, 0, 0));
                break;
            case OccurrenceKind.Failure:
                _provider.Handle(new TrainingFailureReceived(ClientRoll.SessionOf(client), _setup.Clients.NameOf(client), _provider.Run.Id, occurrence.Round, occurrence.Attempt, "a simulated failure"));
                break;
            case OccurrenceKind.Update or OccurrenceKind.DamagedUpdate when _provider.KeepsLate && _provider.FindOrigin(occurrence.Round) is { } origin:
                TrainingOrder order = _updates.TrainLate(client, occurrence.Round, origin, cancellationToken);
                _updates.Release(order, Receive(occurrence, order), _provider.KeepsUpdates);
                break;
            default:
                // Too late, or for the second time: what it holds does not matter any more.
                _provider.BytesReceived += _conduct.AnswerBytes;
                UpdateFigures figures = new(_setup.Clients.SamplesOf(client), 0, 0, _conduct.TrainingTime(client));
                _provider.Receive(UpdateOf(occurrence, figures, null), default);
                break;
        }
    }

    // Updates that arrive one after another, with nothing between them, are trained side by side and received in turn.
    private void ReceiveChunk(CancellationToken cancellationToken)
    {
        _updates.Open(_provider.Machine.Round, _provider.Machine.Attempt);
        int count = 0;
        while (count < _most && _agenda.TryPeek(out Occurrence next, out _) && next.Kind is OccurrenceKind.Update or OccurrenceKind.DamagedUpdate && IsForNow(next))
        {
            _agenda.TryTake(out _chunk[count], out _moments[count]);
            _clients[count] = next.Client;
            count++;
        }

        TrainingOrder[] orders = TrainOrReturn(count, cancellationToken);
        for (int i = 0; i < count; i++)
        {
            bool isNext = !_agenda.TryPeek(out _, out Moment other) || _moments[i].CompareTo(other) < 0;
            if (!isNext || !IsForNow(_chunk[i]))
            {
                _agenda.Return(_moments[i], _chunk[i]);
                _updates.Release(orders[i], isCounted: false, isKept: false);
                continue;
            }

            _time.GoTo(_moments[i].Ticks);
            bool isTaken = Receive(_chunk[i], orders[i]);
            _updates.Release(orders[i], isTaken, _provider.KeepsUpdates);
        }

        _setup.Progress?.Invoke(new ScenarioProgress(_provider.Machine.Round, _answered, _asked));
    }

    private TrainingOrder[] TrainOrReturn(int count, CancellationToken cancellationToken)
    {
        try
        {
            return _updates.Train(_clients.AsSpan(0, count), _provider.Global, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            for (int i = 0; i < count; i++)
            {
                _agenda.Return(_moments[i], _chunk[i]);
            }

            throw;
        }
    }

    private bool Receive(Occurrence occurrence, TrainingOrder order)
    {
        if (occurrence.Kind == OccurrenceKind.DamagedUpdate)
        {
            order.Parameters.AsSpan()[order.Parameters.Count / 2] = float.NaN;
        }

        _answered++;
        long bytes = _compression.Apply(_setup.Clients.NameOf(occurrence.Client), order.Parameters, occurrence.Round, order.Origin);
        _provider.BytesReceived += bytes + ClientConduct.MessageOverhead;
        TrainingResult result = order.Trained!;
        UpdateFigures figures = new(result.Samples, result.Loss, result.Accuracy, _conduct.TrainingTime(occurrence.Client), result.Steps);
        UpdateFault? fault = UpdateInspection.FindFault(_provider.Specification.Layout, order.Parameters.Values, result.Samples);
        HeldUpdate held = new(order.Parameters.Memory, result.Steps, order.StartLoss, bytes, result.Samples);
        return _provider.Receive(UpdateOf(occurrence, figures, fault is null ? null : Objections.From(fault)), held);
    }

    private UpdateReceived UpdateOf(Occurrence occurrence, UpdateFigures figures, Objection? fault) =>
        new(ClientRoll.SessionOf(occurrence.Client), _setup.Clients.NameOf(occurrence.Client), _provider.Run.Id, occurrence.Round, occurrence.Attempt, figures, fault);

    private bool IsForNow(Occurrence occurrence)
    {
        RoundMachine machine = _provider.Machine;
        return machine.Phase == RoundPhase.Collecting && occurrence.Round == machine.Round && occurrence.Attempt == machine.Attempt && _conduct.IsCurrent(occurrence);
    }

    private void Ask(RequestTraining request)
    {
        int client = ClientRoll.ClientOf(request.Session);
        if (_provider.Machine.Round != _openRound || _provider.Machine.Attempt != _openAttempt)
        {
            (_openRound, _openAttempt, _asked, _answered) = (_provider.Machine.Round, _provider.Machine.Attempt, 0, 0);
            _updates.Open(_openRound, _openAttempt);
        }

        _asked++;
        _provider.BytesSent += _conduct.MessageBytes;
        _conduct.Ask(client, request, _roll.OnlineUntil(client));
        _updates.OnAsked(client, _provider.Global);
    }

    private void Lose(int client, string cause, Distribution back)
    {
        _conduct.Forget(client);
        _roll.GoDown(client);
        _provider.Handle(new MemberLost(ClientRoll.SessionOf(client), cause));
        double seconds = back.Draw(RandomStream.For(_setup.Options.Seed, "return", _setup.Clients.NameOf(client), _time.Now), client);
        _agenda.Add(_time.Now + (long)(Math.Min(seconds, DeviceSpeeds.Longest.TotalSeconds) * TimeSpan.TicksPerSecond), new Occurrence(OccurrenceKind.Return, client, 0, 0));
    }
}
