using System.Diagnostics;
using System.Runtime.InteropServices;

namespace FedActors.FL.Data;

/// <summary>Writes NumPy's npy files: version 1, little-endian, C order.</summary>
public static class NpyWriter
{
    /// <summary>Writes a file, whole or not at all.</summary>
    /// <exception cref="DataFileException">It cannot be written.</exception>
    public static void Write(string path, NpyArray array) => DataFiles.WriteWhole(path, stream => Write(stream, array));

    /// <summary>Writes an array to a stream.</summary>
    public static void Write(Stream stream, NpyArray array)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(array);
        stream.Write(new NpyHeader(array.Type, FortranOrder: false, array.Shape).ToBytes());
        ReadOnlySpan<byte> bytes = array.Type switch
        {
            NpyType.Float32 => MemoryMarshal.AsBytes(array.Values<float>()),
            NpyType.Float64 => MemoryMarshal.AsBytes(array.Values<double>()),
            NpyType.Int64 => MemoryMarshal.AsBytes(array.Values<long>()),
            NpyType.Int32 => MemoryMarshal.AsBytes(array.Values<int>()),
            NpyType.UInt8 => array.Values<byte>(),
            _ => throw new UnreachableException(),
        };
        if (!BitConverter.IsLittleEndian)
        {
            byte[] reversed = bytes.ToArray();
            ByteOrder.Reverse(reversed, array.Type.Size());
            bytes = reversed;
        }

        stream.Write(bytes);
    }

    /// <summary>Writes the elements alone.</summary>
    internal static void WriteSingles(Stream stream, ReadOnlySpan<float> values)
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(values);
        if (!BitConverter.IsLittleEndian)
        {
            byte[] reversed = bytes.ToArray();
            ByteOrder.Reverse(reversed, sizeof(float));
            bytes = reversed;
        }

        stream.Write(bytes);
    }
}
