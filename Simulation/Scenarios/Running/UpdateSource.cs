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
    private readonly ModelSpecification _specification;
    private readonly Stack<ParameterVector> _free = new();
    private readonly List<ParameterVector> _kept = [];
    private readonly Dictionary<int, TrainingOrder> _round = [];
    private readonly Dictionary<int, long> _steps = [];
    private readonly TrainingOrder[] _orders = new TrainingOrder[Chunk];
    private (int Round, int Attempt) _key;

    public UpdateSource(ScenarioSetup setup, VirtualProvider provider)
    {
        _benches = new TrainingBenches(setup.Clients, provider.Specification, setup.Options.Seed, setup.Threads, provider.NeedsStartLoss);
        (_clients, _malice, _options, _specification) = (setup.Clients, Malice.Of(setup), setup.Options.Training, provider.Specification);
        _correctionOf = provider.CorrectionOf;
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
        foreach (TrainingOrder order in _round.Values)
        {
            _free.Push(order.Parameters);
        }

        _round.Clear();
        _steps.Clear();
    }

    /// <summary>Notes who was asked in the round, and for how many steps; 0 for the plan's epochs.</summary>
    public void OnAsked(int client, long steps)
    {
        if (steps > 0)
        {
            _steps[client] = steps;
        }

        if (_malice is not null)
        {
            _round[client] = NewOrder(client);
        }
    }

    /// <summary>Trains some clients for the round.</summary>
    /// <param name="clients">Who, at most <see cref="Chunk"/>.</param>
    /// <param name="global">The parameters that they begin with.</param>
    /// <param name="cancellationToken">Ends the training.</param>
    /// <returns>Their orders, in the same order; each is given back with <see cref="Release"/>.</returns>
    public TrainingOrder[] Train(ReadOnlySpan<int> clients, ParameterVector global, CancellationToken cancellationToken)
    {
        if (_malice is not null)
        {
            TrainRound(global, cancellationToken);
        }

        for (int i = 0; i < clients.Length; i++)
        {
            _orders[i] = _malice is null ? NewOrder(clients[i]) : _round[clients[i]];
        }

        if (_malice is null)
        {
            _benches.Train(_orders, clients.Length, global, _options, _key.Round, cancellationToken);
        }

        return _orders;
    }

    /// <summary>An order's update was decided on.</summary>
    /// <param name="order">The order.</param>
    /// <param name="isKept">Whether somebody reads its parameters until the round ends.</param>
    public void Release(TrainingOrder order, bool isKept)
    {
        if (_malice is not null)
        {
            return;
        }

        if (isKept)
        {
            _kept.Add(order.Parameters);
        }
        else
        {
            _free.Push(order.Parameters);
        }
    }

    private void TrainRound(ParameterVector global, CancellationToken cancellationToken)
    {
        TrainingOrder[] untrained = [.. _round.Values.Where(order => order.Trained is null)];
        if (untrained.Length > 0)
        {
            _benches.Train(untrained, untrained.Length, global, _options, _key.Round, cancellationToken);
            _malice!.Craft(_round.Values, global, _key.Round);
        }
    }

    private LocalWork WorkOf(int client)
    {
        ReadOnlyMemory<float> correction = _correctionOf(_clients.NameOf(client));
        long steps = _steps.GetValueOrDefault(client);
        return steps == 0 && correction.IsEmpty ? LocalWork.AsPlanned : new LocalWork(steps, correction);
    }

    private TrainingOrder NewOrder(int client) => new()
    {
        Client = client,
        Work = WorkOf(client),
        FlipsLabels = _malice is { FlipsLabels: true } && _malice.Is(client),
        Parameters = _free.TryPop(out ParameterVector? vector) ? vector : new ParameterVector(_specification.Layout),
    };
}
