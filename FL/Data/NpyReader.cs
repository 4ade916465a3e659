using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace FedActors.FL.Data;

/// <summary>Reads NumPy's npy files of versions 1 to 3, with elements <c>&lt;f4 &lt;f8 &lt;i8 &lt;i4 |u1</c> in C or Fortran order.</summary>
public static class NpyReader
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">How much it may ask for; null for the defaults.</param>
    /// <exception cref="DataFileException">The file is missing, unreadable, damaged, too large or of an unsupported type.</exception>
    public static NpyArray Read(string path, DataLimits? limits = null)
    {
        using FileStream stream = DataFiles.OpenRead(path);
        return Read(new NpySource(stream, stream.Length, new DataPlace(path)), limits ?? new DataLimits());
    }

    /// <summary>Reads the one array that a source holds.</summary>
    internal static NpyArray Read(NpySource source, DataLimits limits)
    {
        NpyHeader header = ReadHeader(source, limits);
        CheckLength(header, source, limits);
        NpyArray array = header.Type switch
        {
            NpyType.Float32 => NpyArray.Of(ReadValues<float>(header, source), header.Shape.AsSpan()),
            NpyType.Float64 => NpyArray.Of(ReadValues<double>(header, source), header.Shape.AsSpan()),
            NpyType.Int64 => NpyArray.Of(ReadValues<long>(header, source), header.Shape.AsSpan()),
            NpyType.Int32 => NpyArray.Of(ReadValues<int>(header, source), header.Shape.AsSpan()),
            NpyType.UInt8 => NpyArray.Of(ReadValues<byte>(header, source), header.Shape.AsSpan()),
            _ => throw new UnreachableException(),
        };
        source.ExpectEnd();
        return array;
    }

    /// <summary>Reads what comes before an array's elements.</summary>
    internal static NpyHeader ReadHeader(NpySource source, DataLimits limits)
    {
        Span<byte> start = stackalloc byte[NpyHeader.Magic.Length + 2];
        if (source.Remaining < start.Length)
        {
            throw NotNpy(source.Place);
        }

        source.Fill(start);
        if (!start.StartsWith(NpyHeader.Magic))
        {
            throw NotNpy(source.Place);
        }

        int version = start[^2];
        if (version is < 1 or > 3 || start[^1] != 0)
        {
            throw source.Place.Fault($"npy version {version}.{start[^1]} is not known; 1.0, 2.0 and 3.0 are", "Save it with numpy.save, which picks the oldest version that fits.");
        }

        Span<byte> size = stackalloc byte[version == 1 ? 2 : 4];
        source.Fill(size);
        long length = version == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(size) : BinaryPrimitives.ReadUInt32LittleEndian(size);
        if (length > limits.MaxHeaderBytes)
        {
            throw source.Place.Fault($"the npy header has {length} bytes; at most {limits.MaxHeaderBytes} are read", DataPlace.Renew);
        }

        if (length > source.Remaining)
        {
            throw source.Truncated();
        }

        byte[] text = new byte[length];
        source.Fill(text);
        return new NpyHeaderParser((version == 3 ? Encoding.UTF8 : Encoding.Latin1).GetString(text), source.Place).Parse();
    }

    /// <summary>Begins to read a file in pieces.</summary>
    /// <exception cref="DataFileException">The file is missing, or its header is damaged, or promises another length.</exception>
    internal static OnDemand.NpyStream Stream(string path, DataLimits limits)
    {
        FileStream stream = DataFiles.OpenRead(path);
        try
        {
            NpySource source = new(stream, stream.Length, new DataPlace(path));
            NpyHeader header = ReadHeader(source, limits);
            if (source.Remaining != header.ByteCount)
            {
                throw source.Place.Fault($"an array of shape ({string.Join(", ", header.Shape)}) takes {header.ByteCount:0} bytes; there are {source.Remaining}", DataPlace.Renew);
            }

            return new OnDemand.NpyStream(stream, source, header, null, stream.Position);
        }
        catch (DataFileException)
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Reads the next elements of a stream as float32, each rounded to the nearest.</summary>
    /// <param name="stream">Of an array in C order.</param>
    /// <param name="count">How many.</param>
    /// <param name="buffer">Taken where it is as long as that and nothing has to be converted.</param>
    internal static float[] ReadSingles(OnDemand.NpyStream stream, int count, float[] buffer) => stream.Header.Type switch
    {
        NpyType.Float32 => ReadNext(stream, buffer.Length == count ? buffer : new float[count]),
        NpyType.Float64 => NpyArray.Of(ReadNext(stream, new double[count]), count).ToSingles(),
        NpyType.Int64 => NpyArray.Of(ReadNext(stream, new long[count]), count).ToSingles(),
        NpyType.Int32 => NpyArray.Of(ReadNext(stream, new int[count]), count).ToSingles(),
        NpyType.UInt8 => NpyArray.Of(ReadNext(stream, new byte[count]), count).ToSingles(),
        _ => throw new UnreachableException(),
    };

    private static T[] ReadNext<T>(OnDemand.NpyStream stream, T[] values)
        where T : unmanaged
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(values.AsSpan());
        stream.Fill(bytes);
        if (!BitConverter.IsLittleEndian)
        {
            ByteOrder.Reverse(bytes, stream.Header.Type.Size());
        }

        return values;
    }

    // The container's length, the shape's length and the limit must agree before memory is asked for.
    private static void CheckLength(NpyHeader header, NpySource source, DataLimits limits)
    {
        long most = Math.Min(limits.MaxArrayBytes, DataLimits.MaxMaxArrayBytes);
        double needed = header.ByteCount;
        if (needed > most)
        {
            throw source.Place.Fault(
                $"an array of shape ({string.Join(", ", header.Shape)}) takes {needed:0} bytes; at most {most} are read",
                "Split the data over more sites, or store fewer features.");
        }

        if (source.Remaining < needed)
        {
            throw source.Truncated();
        }

        if (source.Remaining > needed)
        {
            throw source.Place.Fault($"there are {source.Remaining - needed:0} bytes more than the array's shape needs", DataPlace.Renew);
        }
    }

    private static T[] ReadValues<T>(NpyHeader header, NpySource source)
        where T : unmanaged
    {
        T[] values = new T[(int)header.ByteCount / header.Type.Size()];
        Span<byte> bytes = MemoryMarshal.AsBytes(values.AsSpan());
        source.Fill(bytes);
        if (!BitConverter.IsLittleEndian)
        {
            ByteOrder.Reverse(bytes, header.Type.Size());
        }

        return header.FortranOrder && header.Shape.Length > 1 ? ToRowMajor(values, header.Shape.AsSpan()) : values;
    }

    // Walks the target in C order and keeps the source's offset beside it, as an odometer does.
    private static T[] ToRowMajor<T>(T[] columns, ReadOnlySpan<int> shape)
    {
        Span<int> strides = stackalloc int[shape.Length];
        Span<int> position = stackalloc int[shape.Length];
        position.Clear();
        int stride = 1;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            strides[axis] = stride;
            stride *= shape[axis];
        }

        T[] rows = new T[columns.Length];
        int source = 0;
        for (int target = 0; target < rows.Length; target++)
        {
            rows[target] = columns[source];
            for (int axis = shape.Length - 1; axis >= 0; axis--)
            {
                source += strides[axis];
                if (++position[axis] < shape[axis])
                {
                    break;
                }

                source -= strides[axis] * shape[axis];
                position[axis] = 0;
            }
        }

        return rows;
    }

    private static DataFileException NotNpy(DataPlace place) => place.Fault("this is not an npy array", "Save it with numpy.save or numpy.savez.");
}
