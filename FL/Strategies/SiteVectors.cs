using System.Runtime.InteropServices;
using FedActors.FL.Rounds;

namespace FedActors.FL.Strategies;

/// <summary>A vector and a weight for each site: what some strategies remember of every site from round to round. Immutable.</summary>
/// <remarks>It is stored whole with each round, as a server optimizer's moments are, and is bounded by what one cell of the store holds.</remarks>
public sealed class SiteVectors
{
    /// <summary>Bytes of all vectors together: SQLite's cells end at a thousand million, and names and weights need room too.</summary>
    public const long MaxBytes = 900_000_000;

    private readonly SortedDictionary<string, SiteVector> _vectors;

    private SiteVectors(SortedDictionary<string, SiteVector> vectors) => _vectors = vectors;

    /// <summary>Of no site.</summary>
    public static SiteVectors Empty { get; } = new(new SortedDictionary<string, SiteVector>(StringComparer.Ordinal));

    /// <summary>Sites that have one.</summary>
    public int Count => _vectors.Count;

    /// <summary>All of them in the order of names.</summary>
    public IEnumerable<SiteVector> All => _vectors.Values;

    /// <summary>Says why so many sites' vectors cannot be kept, or null.</summary>
    /// <param name="sites">Sites.</param>
    /// <param name="count">The model's parameters.</param>
    /// <param name="strategy">Who wants to keep them.</param>
    public static string? FindFault(int sites, int count, string strategy) => (long)sites * count * sizeof(float) <= MaxBytes
        ? null
        : $"strategy {strategy} keeps a vector of each site: {sites} sites and {count} parameters take {(long)sites * count * sizeof(float):N0} bytes, of {MaxBytes:N0} at most; take fewer sites or another strategy";

    /// <summary>A site's vector, or null.</summary>
    public SiteVector? Find(string site) => _vectors.GetValueOrDefault(site);

    /// <summary>These with some replaced or added.</summary>
    public SiteVectors With(IEnumerable<SiteVector> newer)
    {
        ArgumentNullException.ThrowIfNull(newer);
        SortedDictionary<string, SiteVector> vectors = new(_vectors, StringComparer.Ordinal);
        foreach (SiteVector vector in newer)
        {
            vectors[vector.Site] = vector;
        }

        return new SiteVectors(vectors);
    }

    /// <summary>All of them as bytes, little-endian.</summary>
    public byte[] ToBytes()
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        writer.Write(_vectors.Count);
        foreach (SiteVector vector in _vectors.Values)
        {
            writer.Write(vector.Site);
            writer.Write(vector.Weight);
            foreach (float value in vector.Values.Span)
            {
                writer.Write(value);
            }
        }

        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>Reads back what <see cref="ToBytes"/> wrote.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="count">Numbers in each vector.</param>
    /// <exception cref="ArgumentException">They are no such vectors.</exception>
    public static SiteVectors FromBytes(ReadOnlyMemory<byte> bytes, int count)
    {
        SortedDictionary<string, SiteVector> vectors = new(StringComparer.Ordinal);
        using BinaryReader reader = new(MemoryMarshal.TryGetArray(bytes, out ArraySegment<byte> segment)
            ? new MemoryStream(segment.Array!, segment.Offset, segment.Count, writable: false)
            : new MemoryStream(bytes.ToArray()));
        try
        {
            int sites = reader.ReadInt32();
            if (sites is < 0 or > RoundLimits.MaxWorkers)
            {
                throw new ArgumentException($"{sites} sites are said to follow.", nameof(bytes));
            }

            for (int i = 0; i < sites; i++)
            {
                SiteVector vector = Read(reader, count);
                vectors[vector.Site] = vector;
            }
        }
        catch (Exception e) when (e is IOException or FormatException)
        {
            throw new ArgumentException($"The vectors of {count} numbers end too early or are damaged.", nameof(bytes), e);
        }

        return reader.BaseStream.Position == bytes.Length
            ? new SiteVectors(vectors)
            : throw new ArgumentException($"{bytes.Length - reader.BaseStream.Position} bytes follow the vectors of {count} numbers.", nameof(bytes));
    }

    private static SiteVector Read(BinaryReader reader, int count)
    {
        string site = reader.ReadString();
        double weight = reader.ReadDouble();
        float[] values = new float[count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = reader.ReadSingle();
        }

        return new SiteVector(site, values, weight);
    }
}

/// <summary>What is remembered of one site.</summary>
/// <param name="Site">The site, by its worker's name.</param>
/// <param name="Values">As long as the model.</param>
/// <param name="Weight">What it counts for, where that matters.</param>
public sealed record SiteVector(string Site, ReadOnlyMemory<float> Values, double Weight = 1);
