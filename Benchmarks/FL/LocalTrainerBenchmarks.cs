using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using BenchmarkDotNet.Attributes;
using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Numerics;
using FedActors.FL.Training;

namespace FedActors.Benchmarks.FL;

/// <summary>One epoch of softmax regression, beside as many fused multiply-adds as its products need, done in registers alone.</summary>
[MemoryDiagnoser]
public class LocalTrainerBenchmarks
{
    private const int Examples = 1000;
    private static readonly TrainingOptions Options = new() { LocalEpochs = 1 };

    private ModelSpecification? _model;
    private LocalTrainer? _trainer;
    private ParameterVector? _global;

    /// <summary>Features and classes: Landsat, digits, EuroSAT, and a wide one.</summary>
    [Params("36x6", "64x10", "512x10", "784x62")]
    public string Shape { get; set; } = "";

    [GlobalSetup]
    public void Prepare()
    {
        int[] shape = [.. Shape.Split('x').Select(int.Parse)];
        _model = new ModelSpecification(ModelSpecification.Softmax, shape[0], shape[1]);
        RandomStream random = new(1);
        float[] values = [.. Enumerable.Range(0, Examples * _model.Features).Select(_ => (float)random.NextGaussian())];
        int[] labels = [.. Enumerable.Range(0, Examples).Select(_ => random.NextInt(_model.Classes))];
        _trainer = new LocalTrainer(_model, new DataSet(_model.Features, _model.Classes, values, labels), 1, "A");
        _global = InitialParameters.Draw(_model, 1);
    }

    [Benchmark(OperationsPerInvoke = Examples)]
    public TrainingResult Epoch() => _trainer!.Train(_global!, Options, 1);

    [Benchmark(Baseline = true, OperationsPerInvoke = Examples)]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public float Peak()
    {
        Vector512<float> half = Vector512.Create(0.5f);
        Vector512<float> a0 = half, a1 = half, a2 = half, a3 = half, a4 = half, a5 = half, a6 = half, a7 = half, a8 = half, a9 = half;

        // Forward and gradient take a multiply-add each for every example, feature and class; a step of the loop does 160.
        long steps = 2L * Examples * _model!.Features * _model.Classes / 160;
        for (long i = 0; i < steps; i++)
        {
            a0 = Vector512.FusedMultiplyAdd(a0, half, half);
            a1 = Vector512.FusedMultiplyAdd(a1, half, half);
            a2 = Vector512.FusedMultiplyAdd(a2, half, half);
            a3 = Vector512.FusedMultiplyAdd(a3, half, half);
            a4 = Vector512.FusedMultiplyAdd(a4, half, half);
            a5 = Vector512.FusedMultiplyAdd(a5, half, half);
            a6 = Vector512.FusedMultiplyAdd(a6, half, half);
            a7 = Vector512.FusedMultiplyAdd(a7, half, half);
            a8 = Vector512.FusedMultiplyAdd(a8, half, half);
            a9 = Vector512.FusedMultiplyAdd(a9, half, half);
        }

        return (a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8 + a9)[0];
    }
}
