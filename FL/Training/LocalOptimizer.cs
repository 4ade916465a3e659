using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using FedActors.FL.Configuration;
using FedActors.FL.Numerics;

namespace FedActors.FL.Training;

/// <summary>Takes a site's steps down the gradient: plain, with momentum, or by Adam. It remembers nothing from one round to the next.</summary>
/// <param name="count">Numbers of the padded buffers.</param>
internal sealed class LocalOptimizer(int count)
{
    private float[] _first = [];
    private float[] _second = [];
    private TrainingOptions _options = new();
    private double _remainingFirst;
    private double _remainingSecond;

    /// <summary>Forgets all steps, and takes the next ones by these options.</summary>
    public void Begin(TrainingOptions options)
    {
        _options = options;
        _remainingFirst = 1;
        _remainingSecond = 1;
        if (options.Optimizer != LocalOptimizers.Sgd)
        {
            _first = Cleared(_first);
        }

        if (options.Optimizer == LocalOptimizers.Adam)
        {
            _second = Cleared(_second);
        }
    }

    /// <summary>Takes a step.</summary>
    /// <param name="weights">Padded; changed.</param>
    /// <param name="gradient">Of the batch's loss.</param>
    /// <param name="global">The parameters that the round began with.</param>
    /// <param name="correction">Added to the slope, as SCAFFOLD wants it; empty for nothing.</param>
    /// <param name="rate">The round's learning rate.</param>
    public void Step(Span<float> weights, ReadOnlySpan<float> gradient, ReadOnlySpan<float> global, ReadOnlySpan<float> correction, float rate)
    {
        switch (_options.Optimizer)
        {
            case LocalOptimizers.Sgd:
                Descend(weights, gradient, global, correction, rate);
                break;
            case LocalOptimizers.Momentum:
                Roll(weights, gradient, global, correction, rate);
                break;
            default:
                Adapt(weights, gradient, global, correction, rate);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Descend(Span<float> weights, ReadOnlySpan<float> gradient, ReadOnlySpan<float> global, ReadOnlySpan<float> correction, float rate)
    {
        Slopes slopes = new(gradient, global, correction, _options);
        ref float w = ref MemoryMarshal.GetReference(weights);
        Vector256<float> negativeRate = Vector256.Create(-rate);
        for (nuint i = 0; i < (nuint)weights.Length; i += Lanes.Width)
        {
            Vector256<float> value = Vector256.LoadUnsafe(ref w, i);
            Vector256.FusedMultiplyAdd(negativeRate, slopes.At(i, value), value).StoreUnsafe(ref w, i);
        }
    }

    // v = m v + slope; w -= rate v (Sutskever et al. 2013 in the form that PyTorch has).
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Roll(Span<float> weights, ReadOnlySpan<float> gradient, ReadOnlySpan<float> global, ReadOnlySpan<float> correction, float rate)
    {
        Slopes slopes = new(gradient, global, correction, _options);
        ref float w = ref MemoryMarshal.GetReference(weights);
        ref float v = ref MemoryMarshal.GetArrayDataReference(_first);
        Vector256<float> momentum = Vector256.Create(_options.Momentum);
        Vector256<float> negativeRate = Vector256.Create(-rate);
        for (nuint i = 0; i < (nuint)weights.Length; i += Lanes.Width)
        {
            Vector256<float> value = Vector256.LoadUnsafe(ref w, i);
            Vector256<float> speed = Vector256.FusedMultiplyAdd(momentum, Vector256.LoadUnsafe(ref v, i), slopes.At(i, value));
            speed.StoreUnsafe(ref v, i);
            Vector256.FusedMultiplyAdd(negativeRate, speed, value).StoreUnsafe(ref w, i);
        }
    }

    // Kingma and Ba 2015, algorithm 1. What is left of the zeros that both moments began with is divided out.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Adapt(Span<float> weights, ReadOnlySpan<float> gradient, ReadOnlySpan<float> global, ReadOnlySpan<float> correction, float rate)
    {
        _remainingFirst *= _options.Beta1;
        _remainingSecond *= _options.Beta2;
        Vector256<float> negativeRate = Vector256.Create((float)(-rate / (1 - _remainingFirst)));
        Vector256<float> unbias = Vector256.Create((float)(1 / Math.Sqrt(1 - _remainingSecond)));
        Vector256<float> beta1 = Vector256.Create(_options.Beta1);
        Vector256<float> rest1 = Vector256.Create(1 - _options.Beta1);
        Vector256<float> beta2 = Vector256.Create(_options.Beta2);
        Vector256<float> rest2 = Vector256.Create(1 - _options.Beta2);
        Vector256<float> epsilon = Vector256.Create(_options.Epsilon);
        Slopes slopes = new(gradient, global, correction, _options);
        ref float w = ref MemoryMarshal.GetReference(weights);
        ref float m = ref MemoryMarshal.GetArrayDataReference(_first);
        ref float v = ref MemoryMarshal.GetArrayDataReference(_second);
        for (nuint i = 0; i < (nuint)weights.Length; i += Lanes.Width)
        {
            Vector256<float> value = Vector256.LoadUnsafe(ref w, i);
            Vector256<float> slope = slopes.At(i, value);
            Vector256<float> first = Vector256.FusedMultiplyAdd(beta1, Vector256.LoadUnsafe(ref m, i), rest1 * slope);
            Vector256<float> second = Vector256.FusedMultiplyAdd(beta2, Vector256.LoadUnsafe(ref v, i), rest2 * slope * slope);
            first.StoreUnsafe(ref m, i);
            second.StoreUnsafe(ref v, i);
            Vector256<float> scale = Vector256.FusedMultiplyAdd(Vector256.Sqrt(second), unbias, epsilon);
            Vector256.FusedMultiplyAdd(negativeRate, first / scale, value).StoreUnsafe(ref w, i);
        }
    }

    private float[] Cleared(float[] moments)
    {
        if (moments.Length == 0)
        {
            return new float[count];
        }

        Array.Clear(moments);
        return moments;
    }

    /// <summary>
    /// The slope of a site's objective: the batch's gradient, weight decay, FedProx's pull towards the global model (Li et al. 2020,
    /// section 3.2), and what SCAFFOLD turns it by, from the site's own direction to everybody's (Karimireddy et al. 2020, algorithm 1).
    /// </summary>
    private readonly ref struct Slopes(ReadOnlySpan<float> gradient, ReadOnlySpan<float> global, ReadOnlySpan<float> correction, TrainingOptions options)
    {
        private readonly ref readonly float _gradient = ref MemoryMarshal.GetReference(gradient);
        private readonly ref readonly float _global = ref MemoryMarshal.GetReference(global);
        private readonly ref readonly float _correction = ref MemoryMarshal.GetReference(correction);
        private readonly bool _corrected = !correction.IsEmpty;
        private readonly float _mu = options.Mu;
        private readonly float _decay = options.WeightDecay;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> At(nuint i, Vector256<float> value)
        {
            Vector256<float> slope = Vector256.LoadUnsafe(in _gradient, i);
            if (_mu != 0)
            {
                slope = Vector256.FusedMultiplyAdd(Vector256.Create(_mu), value - Vector256.LoadUnsafe(in _global, i), slope);
            }

            if (_corrected)
            {
                slope += Vector256.LoadUnsafe(in _correction, i);
            }

            return _decay == 0 ? slope : Vector256.FusedMultiplyAdd(Vector256.Create(_decay), value, slope);
        }
    }
}
