using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FedActors.FL.Numerics;

/// <summary>Blocks of eight lanes.</summary>
internal readonly struct EightLanes : ILaneBlock<Vector256<float>>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(ref float source) => Vector256.LoadUnsafe(ref source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> vector, ref float target) => vector.StoreUnsafe(ref target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MultiplyAdd(float factor, Vector256<float> vector, Vector256<float> addend) =>
        Vector256.FusedMultiplyAdd(Vector256.Create(factor), vector, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Add(Vector256<float> left, Vector256<float> right) => left + right;
}
