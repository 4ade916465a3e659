using FedActors.Actors.Serialization;

namespace FedActors.Tests.TestKit.Remoting;

/// <summary>A message whose reader asks for more than its writer has written: the mistake of somebody who added a field to one of the two.</summary>
public sealed record Unreadable(byte[] Bytes) : IWireMessage<Unreadable>
{
    public static int TypeId => 9010;

    public static Unreadable Read(ref MessagePackReader reader)
    {
        reader.ReadFields(known: 2);
        return new Unreadable(reader.ReadBinary().ToArray());
    }

    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(1);
        writer.WriteBinary(Bytes);
    }
}
