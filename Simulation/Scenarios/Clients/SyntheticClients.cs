using FedActors.FL.Data;
using FedActors.FL.Numerics;

namespace FedActors.Simulation.Scenarios;

/// <summary>Clients whose examples are made each time they train: a million of them take no more memory than their names.</summary>
public sealed class SyntheticClients : IVirtualClients
{
    /// <summary>Most examples of one client; larger ones are cut to this.</summary>
    public const int MaxSamples = 1 << 20;

    private readonly SyntheticExamples _examples;
    private readonly ulong _seed;
    private readonly string[] _names;
    private readonly int[] _samples;
    private readonly float[] _centres;
    private Standardiser? _standardiser;

    /// <summary>Clients of one seed.</summary>
    /// <param name="examples">What their examples are like.</param>
    /// <param name="count">How many clients.</param>
    /// <param name="seed">Everything follows from it.</param>
    public SyntheticClients(SyntheticExamples examples, int count, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        (_examples, _seed) = (examples, seed);
        _names = ClientNames.Of(count);
        _centres = DrawCentres();
        _samples = new int[count];
        for (int client = 0; client < count; client++)
        {
            double samples = examples.Samples.IsConstant ? examples.Samples.Median : examples.Samples.Draw(RandomStream.For(seed, "samples", _names[client]), client);
            _samples[client] = (int)Math.Clamp(Math.Round(samples), 1, MaxSamples);
        }

        if (examples.EvaluationSamples > 0)
        {
            ClientBuffer buffer = new();
            Evaluation = Make("evaluation", examples.EvaluationSamples, alpha: null, buffer);
        }
    }

    /// <inheritdoc/>
    public string DataName => "synthetic";

    /// <inheritdoc/>
    public int Count => _names.Length;

    /// <inheritdoc/>
    public int Features => _examples.Features;

    /// <inheritdoc/>
    public int Classes => _examples.Classes;

    /// <inheritdoc/>
    public DataSet? Evaluation { get; private set; }

    /// <inheritdoc/>
    public long ResidentBytes => ((long)_centres.Length + (Evaluation?.Values.Length ?? 0)) * sizeof(float);

    /// <inheritdoc/>
    public string NameOf(int client) => _names[client];

    /// <inheritdoc/>
    public int SamplesOf(int client) => _samples[client];

    /// <inheritdoc/>
    public DataSet Load(int client, ClientBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        return Make(_names[client], _samples[client], _examples.Alpha, buffer);
    }

    /// <inheritdoc/>
    public void Standardise(Standardiser standardiser)
    {
        ArgumentNullException.ThrowIfNull(standardiser);
        _standardiser = standardiser;
        Evaluation = Evaluation is null ? null : standardiser.Apply(Evaluation);
    }

    private DataSet Make(string name, int samples, double? alpha, ClientBuffer buffer)
    {
        (Memory<float> values, Memory<int> labels) = buffer.Take(samples, Features);
        RandomStream random = RandomStream.For(_seed, "examples", name);
        double[]? shares = alpha is { } concentration ? GammaDistribution.Dirichlet(concentration, Classes, random) : null;
        for (int row = 0; row < samples; row++)
        {
            int label = shares is null ? random.NextInt(Classes) : Pick(shares, random.NextDouble());
            labels.Span[row] = label;
            RowNoise.Fill(random.NextUInt64(), _centres.AsSpan(label * Features, Features), values.Span.Slice(row * Features, Features));
        }

        _standardiser?.Apply(values.Span, values.Span);
        return buffer.ToDataSet(samples, Features, Classes);
    }

    private static int Pick(double[] shares, double chance)
    {
        for (int label = 0; label < shares.Length - 1; label++)
        {
            chance -= shares[label];
            if (chance < 0)
            {
                return label;
            }
        }

        return shares.Length - 1;
    }

    private float[] DrawCentres()
    {
        RandomStream random = RandomStream.For(_seed, "centres");
        float[] centres = new float[Classes * Features];
        foreach (ref float centre in centres.AsSpan())
        {
            centre = (float)(random.NextGaussian() * _examples.Separation);
        }

        return centres;
    }
}
