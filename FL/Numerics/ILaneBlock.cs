namespace FedActors.FL.Numerics;

/// <summary>What the dense kernels do with a block of lanes, for any width.</summary>
/// <typeparam name="TVector">The block.</typeparam>
/// <remarks>No operation joins lanes, so a lane's bits are the same in a block of any width.</remarks>
internal interface ILaneBlock<TVector>
    where TVector : struct
{
    /// <summary>Reads a block.</summary>
    static abstract TVector Load(ref float source);

    /// <summary>Writes a block.</summary>
    static abstract void Store(TVector vector, ref float target);

    /// <summary>factor · vector + addend in each lane, rounded once.</summary>
    static abstract TVector MultiplyAdd(float factor, TVector vector, TVector addend);

    /// <summary>left + right in each lane.</summary>
    static abstract TVector Add(TVector left, TVector right);
}
