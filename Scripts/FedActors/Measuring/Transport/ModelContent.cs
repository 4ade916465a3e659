using System.Runtime.InteropServices;

namespace FedActors.Scripts.Measuring.Transport;

/// <summary>What large messages consist of, ours and raw ones.</summary>
/// <remarks>Each number is written: memory that never was is one page of zeros to the system, and to read it is to read that page again and again from the first-level cache.</remarks>
internal static class ModelContent
{
    /// <summary>So many bytes of numbers.</summary>
    public static float[] Singles(int bytes)
    {
        float[] values = new float[bytes / sizeof(float)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = 1f / (i + 1);
        }

        return values;
    }

    /// <summary>The same as bytes.</summary>
    public static byte[] Bytes(int bytes) => MemoryMarshal.AsBytes(Singles(bytes).AsSpan()).ToArray();
}
