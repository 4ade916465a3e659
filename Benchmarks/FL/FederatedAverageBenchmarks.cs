using System.Numerics.Tensors;
using BenchmarkDotNet.Attributes;
using FedActors.FL.Aggregation;
using FedActors.FL.Models;

namespace FedActors.Benchmarks.FL;

/// <summary>Taking 200 updates of 5,130 parameters into an average, beside a plain float32 sum of the same bytes.</summary>
[MemoryDiagnoser]
public class FederatedAverageBenchmarks
{
    private const int Updates = 200;
    private readonly ModelSpecification _model = new("softmax", 512, 10);
    private float[] _update = [];
    private float[] _sum = [];
    private FederatedAverage? _average;

    [GlobalSetup]
    public void Prepare()
    {
        _update = [.. Enumerable.Range(0, _model.Layout.Count).Select(i => (i - 2500) * 0.001f)];
        _sum = new float[_update.Length];
        _average = new FederatedAverage(_model.Layout);
    }

    [Benchmark]
    public ParameterVector Average()
    {
        _average!.Clear();
        for (int i = 0; i < Updates; i++)
        {
            if (!_average.TryAdd(_update, weight: 100 + i, out UpdateFault? fault))
            {
                throw new InvalidOperationException(fault.Text);
            }
        }

        return _average.ToMean();
    }

    [Benchmark(Baseline = true)]
    public float PlainSum()
    {
        for (int i = 0; i < Updates; i++)
        {
            TensorPrimitives.MultiplyAdd(_update, 100f + i, _sum, _sum);
        }

        return _sum[0];
    }
}
