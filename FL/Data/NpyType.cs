namespace FedActors.FL.Data;

/// <summary>Element types of the npy files that are read and written. All are little-endian.</summary>
public enum NpyType
{
    /// <summary>IEEE 754 single precision, <c>&lt;f4</c>.</summary>
    Float32,

    /// <summary>IEEE 754 double precision, <c>&lt;f8</c>.</summary>
    Float64,

    /// <summary>Signed 64-bit integer, <c>&lt;i8</c>.</summary>
    Int64,

    /// <summary>Signed 32-bit integer, <c>&lt;i4</c>.</summary>
    Int32,

    /// <summary>Byte, <c>|u1</c>.</summary>
    UInt8,
}
