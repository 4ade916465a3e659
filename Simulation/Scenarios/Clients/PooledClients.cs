using FedActors.FL.Data;

namespace FedActors.Simulation.Scenarios;

/// <summary>Clients that a partitioner dealt the rows of one data set out to. The rows are in memory once; each client knows which are its own.</summary>
public sealed class PooledClients : IVirtualClients
{
    private readonly string[] _names;
    private readonly int[][] _parts;
    private DataSet _pool;

    /// <summary>Deals rows out.</summary>
    /// <param name="name">What the data are called.</param>
    /// <param name="pool">All clients' examples.</param>
    /// <param name="evaluation">Examples that no client has, or null.</param>
    /// <param name="partitioner">Who deals.</param>
    /// <param name="count">How many clients.</param>
    /// <param name="seed">The deal's seed.</param>
    /// <exception cref="ArgumentException">The rows cannot be dealt out so; the text says what would do.</exception>
    public PooledClients(string name, DataSet pool, DataSet? evaluation, Partitioner partitioner, int count, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(partitioner);
        _names = ClientNames.Of(count);
        _parts = partitioner.Partition(pool.Labels, count, seed);
        (DataName, _pool, Evaluation) = (name, pool, evaluation);
    }

    /// <inheritdoc/>
    public string DataName { get; }

    /// <inheritdoc/>
    public int Count => _parts.Length;

    /// <inheritdoc/>
    public int Features => _pool.Features;

    /// <inheritdoc/>
    public int Classes => _pool.Classes;

    /// <inheritdoc/>
    public DataSet? Evaluation { get; private set; }

    /// <inheritdoc/>
    public long ResidentBytes => (((long)_pool.Values.Length + (2L * _pool.Count) + (Evaluation?.Values.Length ?? 0)) * sizeof(float)) + ((long)ArrayBytes * Count);

    // An array's header and the reference to it.
    private const int ArrayBytes = 32;

    /// <inheritdoc/>
    public string NameOf(int client) => _names[client];

    /// <inheritdoc/>
    public int SamplesOf(int client) => _parts[client].Length;

    /// <inheritdoc/>
    public DataSet Load(int client, ClientBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        int[] rows = _parts[client];
        (Memory<float> values, Memory<int> labels) = buffer.Take(rows.Length, Features);
        for (int i = 0; i < rows.Length; i++)
        {
            _pool.Row(rows[i]).CopyTo(values.Span[(i * Features)..]);
            labels.Span[i] = _pool.Labels[rows[i]];
        }

        return buffer.ToDataSet(rows.Length, Features, Classes);
    }

    /// <inheritdoc/>
    public void Standardise(Standardiser standardiser)
    {
        ArgumentNullException.ThrowIfNull(standardiser);
        _pool = standardiser.Apply(_pool);
        Evaluation = Evaluation is null ? null : standardiser.Apply(Evaluation);
    }
}
