using System.Diagnostics;

namespace FedActors.FL.Data;

/// <summary>NumPy's names and sizes of the element types.</summary>
internal static class NpyTypes
{
    /// <summary>All names, for messages.</summary>
    public const string Supported = "<f4 <f8 <i8 <i4 |u1";

    /// <summary>NumPy's name.</summary>
    public static string Descriptor(this NpyType type) => type switch
    {
        NpyType.Float32 => "<f4",
        NpyType.Float64 => "<f8",
        NpyType.Int64 => "<i8",
        NpyType.Int32 => "<i4",
        NpyType.UInt8 => "|u1",
        _ => throw new UnreachableException($"Element type {type} has no name."),
    };

    /// <summary>Bytes of an element.</summary>
    public static int Size(this NpyType type) => type switch
    {
        NpyType.Float32 or NpyType.Int32 => 4,
        NpyType.UInt8 => 1,
        _ => 8,
    };

    /// <summary>The type of a name; a byte has no order, so any order mark is taken for it.</summary>
    public static NpyType? Parse(string descriptor) => descriptor switch
    {
        "<f4" => NpyType.Float32,
        "<f8" => NpyType.Float64,
        "<i8" => NpyType.Int64,
        "<i4" => NpyType.Int32,
        "|u1" or "<u1" or "u1" => NpyType.UInt8,
        _ => null,
    };
}
