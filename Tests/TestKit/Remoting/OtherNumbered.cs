using FedActors.Actors.Serialization;

namespace FedActors.Tests.TestKit.Remoting;

/// <summary>Another message under the type id of <see cref="Numbered"/>, as in another release.</summary>
public sealed record OtherNumbered : IWireMessage<OtherNumbered>
{
    public static int TypeId => Numbered.TypeId;

    public static OtherNumbered Read(ref MessagePackReader reader)
    {
        reader.Skip();
        return new OtherNumbered();
    }

    public void Write(ref MessagePackWriter writer) => writer.WriteArrayHeader(0);
}
