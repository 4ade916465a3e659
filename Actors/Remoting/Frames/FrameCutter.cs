using System.Buffers;
using System.Buffers.Binary;

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
        int length = BinaryPrimitives.ReadInt32BigEndian(prefix);
        if (length <= 0 || length > maxFrameBytes)
        {
            throw new ProtocolException($"A frame of {length} bytes was announced; 1 to {maxFrameBytes} are allowed.");
        }

        if (bytes.Length < FrameBuffer.PrefixBytes + length)
        {
            return false;
        }

        payload = bytes.Slice(FrameBuffer.PrefixBytes, length);
        bytes = bytes.Slice(payload.End);
        return true;
    }
}
