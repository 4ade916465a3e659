using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace FedActors.Actors.Remoting.Frames;

/// <summary>Cuts frames off a stream of bytes.</summary>
internal static class FrameCutter
{
    /// <summary>Cuts the next frame, if it is there whole.</summary>
    /// <param name="bytes">What has arrived; what was cut is taken off its front.</param>
    /// <param name="maxFrameBytes">Longest payload.</param>
    /// <param name="payload">The frame's payload.</param>
    /// <returns>False if bytes are missing, which is no error.</returns>
    /// <exception cref="ProtocolException">The length is negative, zero, or over the limit: seen before anything is held for it.</exception>
    public static bool TryCut(ref ReadOnlySequence<byte> bytes, int maxFrameBytes, out ReadOnlySequence<byte> payload)
    {
        payload = default;
        if (bytes.Length < FrameBuffer.PrefixBytes)
        {
            return false;
        }

        Span<byte> prefix = stackalloc byte[FrameBuffer.PrefixBytes];
        bytes.Slice(0, FrameBuffer.PrefixBytes).CopyTo(prefix);
        int length = ReadLength(prefix, maxFrameBytes);
        if (bytes.Length < FrameBuffer.PrefixBytes + length)
        {
            return false;
        }

        payload = bytes.Slice(FrameBuffer.PrefixBytes, length);
        bytes = bytes.Slice(payload.End);
        return true;
    }

    /// <summary>Cuts the next frame off bytes in one piece, if it is there whole.</summary>
    /// <inheritdoc cref="TryCut(ref ReadOnlySequence{byte}, int, out ReadOnlySequence{byte})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryCut(ref ReadOnlySpan<byte> bytes, int maxFrameBytes, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (bytes.Length < FrameBuffer.PrefixBytes)
        {
            return false;
        }

        int length = ReadLength(bytes, maxFrameBytes);
        if (bytes.Length - FrameBuffer.PrefixBytes < length)
        {
            return false;
        }

        payload = bytes.Slice(FrameBuffer.PrefixBytes, length);
        bytes = bytes[(FrameBuffer.PrefixBytes + length)..];
        return true;
    }

    /// <summary>A frame's length, from its first bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ReadLength(ReadOnlySpan<byte> prefix, int maxFrameBytes)
    {
        int length = BinaryPrimitives.ReadInt32BigEndian(prefix);
        if (length <= 0 || length > maxFrameBytes)
        {
            ThrowLength(prefix, length, maxFrameBytes);
        }

        return length;
    }

    private static void ThrowLength(ReadOnlySpan<byte> prefix, int length, int maxFrameBytes) =>
        throw new ProtocolException(IsTlsRecord(prefix)
            ? "The other side speaks TLS and this one does not: turn TLS on here, or off there."
            : $"A frame of {length} bytes was announced; 1 to {maxFrameBytes} are allowed.");

    /// <summary>A TLS record starts with its type (20 to 23) and version (3, 0 to 4): RFC 8446, section 5.1. As a length that is over 300 MB, which no limit allows.</summary>
    private static bool IsTlsRecord(ReadOnlySpan<byte> prefix) => prefix[0] is >= 20 and <= 23 && prefix[1] == 3 && prefix[2] <= 4;
}
