using System.Runtime.CompilerServices;
using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Numerics;
using FedActors.FL.Training.Networks;

namespace FedActors.FL.Training;

/// <summary>Trains a model on one site's data by mini-batches.</summary>
/// <remarks>
/// The same parameters, data, options, seed, site and round give the same bits on every machine (see <see cref="Lanes"/>).
/// Buffers are kept from round to round and nothing is allocated per batch; one instance trains one thing at a time.
/// </remarks>
public sealed class LocalTrainer : ITrainer
{
    private readonly ModelSpecification _specification;
    private DataSet _data;
    private readonly ulong _seed;
    private string _site;
    private readonly Network _network;
    private readonly LocalOptimizer _optimizer;
    private readonly Memory<float> _weights;
    private readonly Memory<float> _global;
    private readonly Memory<float> _gradient;
    private readonly Memory<float> _correction;
    private readonly SoftmaxRow _softmax;
    private int[] _order;
    private float[] _batch = [];
    private int[] _batchRows = [];

    /// <summary>A trainer for one site's data.</summary>
    /// <param name="specification">The run's model.</param>
    /// <param name="data">The site's examples, standardised; at least one, with the model's features and classes.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="site">The site's name, which its shuffles depend on.</param>
    /// <exception cref="ArgumentException">The data do not fit the model, or there are none.</exception>
    public LocalTrainer(ModelSpecification specification, DataSet data, ulong seed, string site)
    {
        ArgumentNullException.ThrowIfNull(specification);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrEmpty(site);
        ModelFit.Check(specification, data);
        ArgumentOutOfRangeException.ThrowIfLessThan(data.Count, 1, nameof(data));
        _specification = specification;
        _data = data;
        _seed = seed;
        _site = site;
        _network = new Network(specification);
        _optimizer = new LocalOptimizer(_network.PaddedCount);
        _weights = AlignedNumbers.Allocate(_network.PaddedCount);
        _global = AlignedNumbers.Allocate(_network.PaddedCount);
        _gradient = AlignedNumbers.Allocate(_network.PaddedCount);
        _correction = AlignedNumbers.Allocate(_network.PaddedCount);
        _softmax = new SoftmaxRow(specification.Classes);
        _order = new int[data.Count];
    }

    /// <summary>Turns to another site, and keeps the buffers: what it trains next is what a new trainer of that site would.</summary>
    /// <param name="data">The site's examples, standardised; at least one, with the model's features and classes.</param>
    /// <param name="site">The site's name.</param>
    /// <exception cref="ArgumentException">The data do not fit the model, or there are none.</exception>
    internal void Turn(DataSet data, string site)
    {
        ModelFit.Check(_specification, data);
        ArgumentOutOfRangeException.ThrowIfLessThan(data.Count, 1, nameof(data));
        (_data, _site) = (data, site);
        if (_order.Length < data.Count)
        {
            _order = new int[data.Count];
        }
    }

    /// <summary>Trains from the global parameters.</summary>
    /// <param name="global">The global model; unchanged.</param>
    /// <param name="options">Epochs, batch size, optimizer, learning rate and its schedule, and mu.</param>
    /// <param name="round">The round, which the shuffles depend on.</param>
    /// <param name="cancellationToken">Looked at before every batch.</param>
    /// <exception cref="ArgumentException">An option is out of range, or the parameters are not the model's.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public TrainingResult Train(ParameterVector global, TrainingOptions options, long round, CancellationToken cancellationToken = default) =>
        Train(global, options, round, LocalWork.AsPlanned, cancellationToken);

    /// <summary>Trains from the global parameters as one round asks for it.</summary>
    /// <param name="global">The global model; unchanged.</param>
    /// <param name="options">Epochs, batch size, learning rate and mu.</param>
    /// <param name="round">The round, which the shuffles depend on.</param>
    /// <param name="work">How many steps, and what is added to every gradient.</param>
    /// <param name="cancellationToken">Looked at before every batch.</param>
    /// <exception cref="ArgumentException">An option is out of range, or vectors are not the model's.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public TrainingResult Train(ParameterVector global, TrainingOptions options, long round, LocalWork work, CancellationToken cancellationToken = default) =>
        Train(global, options, round, work, new ParameterVector(_specification.Layout), cancellationToken);

    /// <summary>The same into a vector that is not published yet.</summary>
    internal TrainingResult Train(ParameterVector global, TrainingOptions options, long round, LocalWork work, ParameterVector trained, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(global);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(work);
        Check(global, options);
        work.Check(_specification.Layout);
        _network.Load(global.Values, _weights.Span);
        _network.Load(global.Values, _global.Span);
        if (work.IsCorrected)
        {
            _network.Load(work.Correction.Span, _correction.Span);
        }

        int batch = Math.Min(options.BatchSize, _data.Count);
        _network.Reserve(batch);
        ReserveBatch(batch);
        _optimizer.Begin(options);
        float rate = LearningRates.Of(options, round);

        ResetOrder();
        RandomStream shuffles = RandomStream.For(_seed, "shuffle", _site, round);
        int perEpoch = LocalWork.StepsPerEpoch(_data.Count, batch);
        long steps = work.Steps > 0 ? work.Steps : (long)options.LocalEpochs * perEpoch;
        (double loss, int correct, int seen) = (0, 0, 0);
        for (long done = 0; done < steps; done += perEpoch)
        {
            shuffles.Shuffle(_order.AsSpan(0, _data.Count));
            seen = steps - done < perEpoch ? (int)(steps - done) * batch : _data.Count;
            (loss, correct) = TrainEpoch(seen, batch, rate, work.IsCorrected, cancellationToken);
        }

        _network.Save(_weights.Span, trained.AsSpan());
        return new TrainingResult(trained, _data.Count, loss / seen, (double)correct / seen, steps);
    }

    // The first examples of the order, all of them but in an epoch that is cut short.
    private (double Loss, int Correct) TrainEpoch(int count, int batch, float rate, bool corrected, CancellationToken cancellationToken)
    {
        LossSum loss = new();
        int correct = 0;
        Span<float> weights = _weights.Span;
        Span<float> gradient = _gradient.Span;
        ReadOnlySpan<float> correction = corrected ? _correction.Span : [];
        for (int start = 0; start < count; start += batch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReadOnlySpan<int> rows = _order.AsSpan(start, Math.Min(batch, count - start));
            ReadOnlySpan<float> values = Examples(rows, out ReadOnlySpan<int> within);
            Span<float> logits = _network.Forward(weights, values, within);
            correct += ToErrors(rows, logits, ref loss);
            _network.Backward(weights, values, within, gradient);
            _optimizer.Step(weights, gradient, _global.Span, correction, rate);
        }

        return (loss.Total, correct);
    }

    // Examples that are not in memory are read batch by batch; the kernels then find the same numbers in other places.
    private ReadOnlySpan<float> Examples(ReadOnlySpan<int> rows, out ReadOnlySpan<int> within)
    {
        if (_data.IsInMemory)
        {
            within = rows;
            return _data.Values;
        }

        _data.Gather(rows, _batch);
        within = _batchRows.AsSpan(0, rows.Length);
        return _batch;
    }

    private void ReserveBatch(int batch)
    {
        if (!_data.IsInMemory && _batchRows.Length < batch)
        {
            _batch = new float[checked(batch * _data.Features)];
            _batchRows = RowNumbers.UpTo(_batchRows, batch);
        }
    }

    // Logits become the gradient of the batch's mean cross-entropy by the logits.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int ToErrors(ReadOnlySpan<int> rows, Span<float> logits, ref LossSum loss)
    {
        ReadOnlySpan<int> labels = _data.Labels;
        float scale = 1f / rows.Length;
        int correct = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            int label = labels[rows[i]];
            ref float row = ref logits[i * _network.Stride];
            (float sum, float shifted, int predicted) = _softmax.Exponentiate(ref row, label);
            _softmax.ToGradient(ref row, label, sum, scale);
            loss.Add(sum, shifted);
            correct += predicted == label ? 1 : 0;
        }

        return correct;
    }

    // Every round starts from the same order, so that its shuffles depend on the round alone and not on rounds before it.
    private void ResetOrder()
    {
        for (int i = 0; i < _data.Count; i++)
        {
            _order[i] = i;
        }
    }

    private void Check(ParameterVector global, TrainingOptions options)
    {
        if (!global.Layout.Equals(_specification.Layout))
        {
            throw new ArgumentException($"The model's parameters are {_specification.Layout}, not {global.Layout}.", nameof(global));
        }

        if (TrainingRules.FindFault(options) is { } fault)
        {
            throw new ArgumentOutOfRangeException(nameof(options), fault);
        }
    }
}
