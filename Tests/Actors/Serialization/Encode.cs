using System.Buffers;
using FedActors.Actors.Serialization;

namespace FedActors.Tests.Actors.Serialization;

public static class Encode
{
    /// <summary>The bytes that a writer makes.</summary>
    public static byte[] With(WriteValues write)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        write(ref writer);
        writer.Flush();
        writer.BytesWritten.Should().Be(output.WrittenCount);
        return output.WrittenSpan.ToArray();
    }
}

public delegate void WriteValues(ref MessagePackWriter writer);
