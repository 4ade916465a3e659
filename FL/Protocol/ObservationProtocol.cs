using FedActors.Actors.Serialization;

namespace FedActors.FL.Protocol;

/// <summary>Messages by which tools look at running nodes, in every mode. Ids 90 to 99.</summary>
public static class ObservationProtocol
{
    /// <summary>Adds them to a node's registry.</summary>
    /// <param name="builder">The registry being built.</param>
    /// <returns>The same builder.</returns>
    public static MessageRegistryBuilder Register(MessageRegistryBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add<ActorTreeRequest>().Add<ActorTreeReply>();
    }
}
