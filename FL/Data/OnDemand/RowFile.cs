using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace FedActors.FL.Data.OnDemand;

/// <summary>Rows of float32 that lie in a file one after another, from an offset on.</summary>
/// <remarks>Rows that follow each other are one read. Nothing is kept: what the system has read already, its own cache keeps, and gives up where memory is short.</remarks>
internal sealed class RowFile(SafeFileHandle handle, DataPlace place, long offset, int count, int features) : IRowSource
{
    /// <inheritdoc/>
    public int Count => count;

    /// <inheritdoc/>
    public int Features => features;

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<int> rows, Span<float> target)
    {
        for (int i = 0; i < rows.Length;)
        {
            int run = 1;
            while (i + run < rows.Length && rows[i + run] == rows[i] + run)
            {
                run++;
            }

            ReadRun(rows[i], target.Slice(i * features, run * features));
            i += run;
        }
    }

    private void ReadRun(int first, Span<float> target)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        Span<byte> bytes = MemoryMarshal.AsBytes(target);
        long position = offset + ((long)first * features * sizeof(float));
        try
        {
            while (bytes.Length > 0)
            {
                int read = RandomAccess.Read(handle, bytes, position);
                if (read == 0)
                {
                    throw place.Fault("it ends earlier than when it was opened", DataPlace.Renew);
                }

                bytes = bytes[read..];
                position += read;
            }
        }
        catch (IOException e)
        {
            throw place.Fault($"the bytes cannot be read ({e.Message})", DataPlace.Renew, e);
        }

        if (!BitConverter.IsLittleEndian)
        {
            ByteOrder.Reverse(MemoryMarshal.AsBytes(target), sizeof(float));
        }
    }
}
