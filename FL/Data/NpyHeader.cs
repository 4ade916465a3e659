using System.Collections.Immutable;
using System.Text;

namespace FedActors.FL.Data;

/// <summary>What an npy file says about its array.</summary>
/// <param name="Type">Element type.</param>
/// <param name="FortranOrder">Whether the first dimension varies fastest.</param>
/// <param name="Shape">Dimensions.</param>
/// <remarks>
/// Source: NumPy's numpy.lib.format. The file begins with the magic bytes 93 'NUMPY', a version's two bytes, and the header's length:
/// two bytes in version 1, four in versions 2 and 3, little-endian. The header is the text of a Python dictionary, Latin-1 in
/// versions 1 and 2 and UTF-8 in version 3, padded with spaces and ended by a line feed.
/// </remarks>
internal sealed record NpyHeader(NpyType Type, bool FortranOrder, ImmutableArray<int> Shape)
{
    /// <summary>The first bytes of every npy file.</summary>
    public static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Most dimensions; NumPy 1 allows 32, data sets have one or two.</summary>
    public const int MaxDimensions = 8;

    // NumPy aligns data to this, so that they can be mapped into memory.
    private const int Alignment = 64;

    /// <summary>Bytes of the data. A float64, because a hostile shape can exceed any integer; exact wherever it is small enough to be read.</summary>
    public double ByteCount
    {
        get
        {
            double bytes = Type.Size();
            foreach (int dimension in Shape)
            {
                bytes *= dimension;
            }

            return bytes;
        }
    }

    /// <summary>The bytes before the data, in version 1.</summary>
    public byte[] ToBytes()
    {
        string shape = Shape.Length == 1 ? $"({Shape[0]},)" : $"({string.Join(", ", Shape)})";
        string text = $"{{'descr': '{Type.Descriptor()}', 'fortran_order': {(FortranOrder ? "True" : "False")}, 'shape': {shape}, }}";
        int start = Magic.Length + 4;
        int total = (start + text.Length + 1 + Alignment - 1) / Alignment * Alignment;
        byte[] bytes = new byte[total];
        Magic.CopyTo(bytes);
        bytes[Magic.Length] = 1;
        bytes[start - 2] = (byte)(total - start);
        bytes[start - 1] = (byte)((total - start) >> 8);
        bytes.AsSpan(start).Fill((byte)' ');
        Encoding.ASCII.GetBytes(text, bytes.AsSpan(start));
        bytes[^1] = (byte)'\n';
        return bytes;
    }
}
