using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FedActors.FL.Numerics;

/// <summary>Blocks of sixteen lanes.</summary>
internal readonly struct SixteenLanes : ILaneBlock<Vector512<float>>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(ref float source) => Vector512.LoadUnsafe(ref source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> vector, ref float target) => vector.StoreUnsafe(ref target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(float factor, Vector512<float> vector, Vector512<float> addend) =>
        Vector512.FusedMultiplyAdd(Vector512.Create(factor), vector, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> left, Vector512<float> right) => left + right;
}
