using System.Collections.Concurrent;
using FedActors.FL.Attacks;
using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Training;

namespace FedActors.Simulation.Scenarios;

/// <summary>Trains virtual clients: as many benches as threads, at which one client after another takes its turn. Buffers are the benches', not the clients'.</summary>
/// <param name="clients">Who trains.</param>
/// <param name="specification">The model.</param>
/// <param name="seed">The run's seed.</param>
/// <param name="threads">Benches.</param>
/// <param name="measuresStart">Whether the loss before training is wanted.</param>
internal sealed class TrainingBenches(IVirtualClients clients, ModelSpecification specification, ulong seed, int threads, bool measuresStart)
{
    private readonly ConcurrentBag<Bench> _benches = [];
    private readonly ParallelOptions _parallel = new() { MaxDegreeOfParallelism = threads };

    /// <summary>Trains some clients.</summary>
    /// <param name="orders">Who, and where the outcome goes.</param>
    /// <param name="count">How many of them.</param>
    /// <param name="options">What each does.</param>
    /// <param name="cancellationToken">Ends the training.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void Train(TrainingOrder[] orders, int count, TrainingOptions options, CancellationToken cancellationToken)
    {
        _parallel.CancellationToken = cancellationToken;
        Parallel.For(
            0, count, _parallel,
            () => _benches.TryTake(out Bench? bench) ? bench : new Bench(),
            (i, _, bench) =>
            {
                Train(bench, orders[i], options, cancellationToken);
                return bench;
            },
            _benches.Add);
    }

    private void Train(Bench bench, TrainingOrder order, TrainingOptions options, CancellationToken cancellationToken)
    {
        DataSet data = clients.Load(order.Client, bench.Buffer);
        if (order.FlipsLabels)
        {
            data = Attack.Turned(data);
        }

        string name = clients.NameOf(order.Client);
        if (bench.Trainer is null)
        {
            bench.Trainer = new LocalTrainer(specification, data, seed, name);
        }
        else
        {
            bench.Trainer.Turn(data, name);
        }

        order.StartLoss = measuresStart ? Evaluation.Evaluate(specification, order.Origin, data, cancellationToken).Loss : double.NaN;
        order.Trained = bench.Trainer.Train(order.Origin, options, order.Round, order.Work, order.Parameters, cancellationToken);
    }

    private sealed class Bench
    {
        public ClientBuffer Buffer { get; } = new();

        public LocalTrainer? Trainer { get; set; }
    }
}
