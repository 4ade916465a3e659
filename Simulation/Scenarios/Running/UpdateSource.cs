using FedActors.FL.Aggregation;
using FedActors.FL.Attacks;
using FedActors.FL.Configuration;
using FedActors.FL.Models;
using FedActors.FL.Training;

namespace FedActors.Simulation.Scenarios;

/// <summary>Trains clients when their updates arrive, some at a time, into vectors that are used again.</summary>
/// <remarks>With attackers among them a whole round is trained at once, since these know what the others send.</remarks>
internal sealed class UpdateSource
{
    /// <summary>Updates trained at a time: enough for all threads to have work, few enough to stay in a cache.</summary>
    public const int Chunk = 256;

    private readonly TrainingBenches _benches;
    private readonly Malice? _malice;
    private readonly TrainingOptions _options;
    private readonly IVirtualClients _clients;
    private readonly Func<string, ReadOnlyMemory<float>> _correctionOf;
    private readonly Func<int, long> _stepsOf;
    private readonly bool _knowsAll;
    private readonly ModelSpecification _specification;
    private readonly Stack<ParameterVector> _free = new();
    private readonly List<ParameterVector> _kept = [];
    private readonly Queue<ParameterVector> _counted = new();
    private readonly Dictionary<int, TrainingOrder> _round = [];
    private readonly TrainingOrder[] _orders = new TrainingOrder[Chunk];
    private (int Round, int Attempt) _key;

    public UpdateSource(ScenarioSetup setup, VirtualProvider provider, Func<int, long> stepsOf)
    {
        _benches = new TrainingBenches(setup.Clients, provider.Specification, setup.Options.Seed, setup.Threads, provider.NeedsStartLoss);
        (_clients, _malice, _options, _specification) = (setup.Clients, Malice.Of(setup), setup.Options.Training, provider.Specification);
        (_correctionOf, _stepsOf) = (provider.CorrectionOf, stepsOf);

        // Turned labels need to know of nobody else.
        _knowsAll = _malice is not null && setup.Attack is not LabelFlip;
    }

    /// <summary>A round or an attempt begins: what was kept for the one before is free again.</summary>
    public void Open(int round, int attempt)
    {
        if (_key == (round, attempt))
        {
            return;
        }

        _key = (round, attempt);
        _kept.ForEach(_free.Push);
        _kept.Clear();
        while (_counted.TryDequeue(out ParameterVector? counted))
        {
            _free.Push(counted);
        }

        foreach (TrainingOrder order in _round.Values)
        {
            _free.Push(order.Parameters);
        }

        _round.Clear();
    }

    /// <summary>Notes who was asked in the round, and with which parameters.</summary>
    public void OnAsked(int client, ParameterVector global)
    {
        if (_knowsAll)
        {
            _round[client] = NewOrder(client, _key.Round, global);
        }
    }

    /// <summary>Trains one client for the round that it was asked in, which may be past.</summary>
    public TrainingOrder TrainLate(int client, int round, ParameterVector origin, CancellationToken cancellationToken)
    {
        _orders[0] = NewOrder(client, round, origin);
        _benches.Train(_orders, 1, _options, cancellationToken);
        return _orders[0];
    }

    /// <summary>Trains some clients for the round.</summary>
    /// <param name="clients">Who, at most <see cref="Chunk"/>.</param>
    /// <param name="global">The parameters that they begin with.</param>
    /// <param name="cancellationToken">Ends the training.</param>
    /// <returns>Their orders, in the same order; each is given back with <see cref="Release"/>.</returns>
    public TrainingOrder[] Train(ReadOnlySpan<int> clients, ParameterVector global, CancellationToken cancellationToken)
    {
        if (_knowsAll)
        {
            TrainRound(global, cancellationToken);
        }

        for (int i = 0; i < clients.Length; i++)
        {
            _orders[i] = _knowsAll ? _round[clients[i]] : NewOrder(clients[i], _key.Round, global);
        }

        if (!_knowsAll)
        {
            _benches.Train(_orders, clients.Length, _options, cancellationToken);
        }

        return _orders;
    }

    /// <summary>An order's update was decided on.</summary>
    /// <param name="order">The order.</param>
    /// <param name="isCounted">Whether it counts.</param>
    /// <param name="isKept">Whether what counts is read until the round ends. A mean reads it until seven more have come.</param>
    public void Release(TrainingOrder order, bool isCounted, bool isKept)
    {
        if (_knowsAll)
        {
            return;
        }

        if (!isCounted)
        {
            _free.Push(order.Parameters);
        }
        else if (isKept)
        {
            _kept.Add(order.Parameters);
        }
        else
        {
            _counted.Enqueue(order.Parameters);
            if (_counted.Count > FixedPointLanes.RowsAtOnce)
            {
                _free.Push(_counted.Dequeue());
            }
        }
    }

    private void TrainRound(ParameterVector global, CancellationToken cancellationToken)
    {
        TrainingOrder[] untrained = [.. _round.Values.Where(order => order.Trained is null)];
        if (untrained.Length > 0)
        {
            _benches.Train(untrained, untrained.Length, _options, cancellationToken);
            _malice!.Craft(_round.Values, global, _key.Round);
        }
    }

    private LocalWork WorkOf(int client)
    {
        ReadOnlyMemory<float> correction = _correctionOf(_clients.NameOf(client));
        long steps = _stepsOf(client);
        return steps == 0 && correction.IsEmpty ? LocalWork.AsPlanned : new LocalWork(steps, correction);
    }

    private TrainingOrder NewOrder(int client, int round, ParameterVector origin) => new()
    {
        Client = client,
        Round = round,
        Origin = origin,
        Work = WorkOf(client),
        FlipsLabels = _malice is { FlipsLabels: true } && _malice.Is(client),
        Parameters = _free.TryPop(out ParameterVector? vector) ? vector : new ParameterVector(_specification.Layout),
    };
}
