using FedActors.Actors;
using FedActors.Actors.Serialization;
using FedActors.FL.Configuration;

namespace FedActors.FL.Protocol;

/// <summary>Member to the provider's packages: the next part of the run's package. Answered by <see cref="PackagePart"/> or <see cref="PackageRefused"/>.</summary>
/// <param name="Checksum">The package, as the plan names it.</param>
/// <param name="Offset">The first byte wanted.</param>
public sealed record PackageRequest(string Checksum, long Offset) : IWireMessage<PackageRequest>
{
    /// <inheritdoc/>
    public static int TypeId => CoordinatedTypeIds.PackageRequest;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(2);
        writer.Write(Checksum);
        writer.Write(Offset);
    }

    /// <inheritdoc/>
    public static PackageRequest Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(2);
        PackageRequest message = new(reader.ReadId(), reader.ReadInt64("offset", 0, PackageOffer.MaxBytes));
        reader.SkipFields(extra);
        return message;
    }
}

/// <summary>Packages to a member: a part.</summary>
/// <param name="Checksum">The package.</param>
/// <param name="Offset">As asked.</param>
/// <param name="Bytes">From there on; believed only when the whole has the checksum.</param>
public sealed record PackagePart(string Checksum, long Offset, ReadOnlyMemory<byte> Bytes) : IWireMessage<PackagePart>
{
    /// <summary>Most bytes of a part: large enough that questions cost little beside it, small enough for a slow connection and for many workers at once.</summary>
    public const int MaxBytes = 1 << 18;

    /// <inheritdoc/>
    public static int TypeId => CoordinatedTypeIds.PackagePart;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(3);
        writer.Write(Checksum);
        writer.Write(Offset);
        writer.WriteBinary(Bytes.Span);
    }

    /// <inheritdoc/>
    public static PackagePart Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(3);
        PackagePart message = new(reader.ReadId(), reader.ReadInt64("offset", 0, PackageOffer.MaxBytes), reader.ReadBinary(MaxBytes).ToArray());
        reader.SkipFields(extra);
        return message;
    }
}

/// <summary>Packages to a member: that part is not to be had.</summary>
/// <param name="Checksum">As asked.</param>
/// <param name="Text">Why.</param>
public sealed record PackageRefused(string Checksum, string Text) : IWireMessage<PackageRefused>
{
    /// <inheritdoc/>
    public static int TypeId => CoordinatedTypeIds.PackageRefused;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(2);
        writer.Write(Checksum);
        writer.Write(Text);
    }

    /// <inheritdoc/>
    public static PackageRefused Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(2);
        PackageRefused message = new(reader.ReadId(), reader.ReadText());
        reader.SkipFields(extra);
        return message;
    }
}
