using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace FedActors.Storage.Residuals;

/// <summary>A residual store of two files, of which the one that need not stay is written over.</summary>
/// <remarks>
/// A file is <c>magic, length of the run's name, name, round, count, float64 numbers, SHA-256 of all that</c>, little-endian. One that was
/// being written when its process was killed has no right digest and counts as absent: the update that it belongs to has not been sent,
/// and will be made again from the other.
/// </remarks>
public sealed class ResidualFiles : IResidualStore
{
    private const long Magic = 0x31_73_65_52_64_65_46_00;
    private const int HeaderBytes = sizeof(long) + (3 * sizeof(int));
    private const int MaxNameBytes = 1024;

    private readonly string _folder;
    private readonly (string RunId, int Round)?[] _places = new (string, int)?[2];

    /// <summary>Opens a site's files, which need not exist yet.</summary>
    /// <param name="folder">A folder of the site's own.</param>
    /// <exception cref="StoreException">They are there and cannot be read.</exception>
    public ResidualFiles(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _folder = folder;
        for (int place = 0; place < _places.Length; place++)
        {
            _places[place] = Read(place) is { } found ? (found.RunId, found.Round) : null;
        }
    }

    /// <inheritdoc/>
    public double[]? Find(string runId, int round)
    {
        int place = Array.IndexOf(_places, (runId, round));
        return place < 0 ? null : Read(place) is { } found && (found.RunId, found.Round) == (runId, round) ? found.Values : null;
    }

    /// <inheritdoc/>
    public void Keep(string runId, int round, double[] values, int spared)
    {
        ArgumentNullException.ThrowIfNull(runId);
        ArgumentNullException.ThrowIfNull(values);
        int place = spared != round && Array.IndexOf(_places, (runId, spared)) == 0 ? 1 : 0;
        byte[] bytes = ToBytes(runId, round, values);
        Touch(place, path =>
        {
            Directory.CreateDirectory(_folder);
            _places[place] = null;
            using FileStream file = new(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 0);
            file.Write(bytes);

            // Written in place: a file that keeps its size is synced without a change to the folder's tables.
            file.SetLength(bytes.Length);
            file.Flush(flushToDisk: true);
            return 0;
        });
        _places[place] = (runId, round);
    }

    private static byte[] ToBytes(string runId, int round, double[] values)
    {
        byte[] name = Encoding.UTF8.GetBytes(runId);
        using MemoryStream stream = new(HeaderBytes + name.Length + (values.Length * sizeof(double)) + SHA256.HashSizeInBytes);
        using BinaryWriter writer = new(stream);
        writer.Write(Magic);
        writer.Write(name.Length);
        writer.Write(name);
        writer.Write(round);
        writer.Write(values.Length);
        if (BitConverter.IsLittleEndian)
        {
            writer.Write(MemoryMarshal.AsBytes(values.AsSpan()));
        }
        else
        {
            Array.ForEach(values, writer.Write);
        }

        writer.Write(SHA256.HashData(stream.GetBuffer().AsSpan(0, (int)stream.Length)));
        return stream.ToArray();
    }

    private static (string RunId, int Round, double[] Values)? Parse(byte[] bytes)
    {
        int end = bytes.Length - SHA256.HashSizeInBytes;
        if (end < HeaderBytes || !SHA256.HashData(bytes.AsSpan(0, end)).AsSpan().SequenceEqual(bytes.AsSpan(end)))
        {
            return null;
        }

        using BinaryReader reader = new(new MemoryStream(bytes, 0, end));
        int name;
        if (reader.ReadInt64() != Magic || (name = reader.ReadInt32()) is < 0 or > MaxNameBytes || name > end - HeaderBytes)
        {
            return null;
        }

        string runId = Encoding.UTF8.GetString(reader.ReadBytes(name));
        int round = reader.ReadInt32();
        int count = reader.ReadInt32();
        if (count != (end - HeaderBytes - name) / (double)sizeof(double))
        {
            return null;
        }

        double[] values = new double[count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = reader.ReadDouble();
        }

        return (runId, round, values);
    }

    private (string RunId, int Round, double[] Values)? Read(int place) => Touch(place, path => File.Exists(path) ? Parse(File.ReadAllBytes(path)) : null);

    private T Touch<T>(int place, Func<string, T> work)
    {
        string path = Path.Combine(_folder, $"residual-{place}");
        try
        {
            return work(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(StoreFault.Disk, $"What compression leaves unsent cannot be kept in {path} ({e.Message.TrimEnd('.')}). Make room, make the folder writable, or set Storage:Path to another one.", e);
        }
    }
}
