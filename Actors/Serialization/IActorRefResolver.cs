namespace FedActors.Actors.Serialization;

/// <summary>Turns a path read from the wire into something that can be told.</summary>
/// <remarks>Refs travel as paths. Who reads them knows which node they came from and how to reach it.</remarks>
public interface IActorRefResolver
{
    /// <summary>A reference for the path. One that cannot be reached is still a reference: what it is told becomes a dead letter.</summary>
    ActorRef Resolve(ActorPath path);
}
