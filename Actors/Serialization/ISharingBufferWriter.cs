using System.Buffers;

namespace FedActors.Actors.Serialization;

/// <summary>An output that can refer to a large vector instead of copying it. The vector must not change any more, as nothing in a message may.</summary>
internal interface ISharingBufferWriter : IBufferWriter<byte>
{
    /// <summary>Puts the vector's bytes, little-endian as they lie in memory, behind what was written so far.</summary>
    void Share(ReadOnlyMemory<float> values);
}
