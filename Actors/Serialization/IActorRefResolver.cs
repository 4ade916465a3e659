namespace FedActors.Actors.Serialization;

/// <summary>Turns a path read from the wire into something that can be told.</summary>
/// <remarks>Refs travel as paths. Who reads them knows which node they came from and how to reach it.</remarks>
public interface IActorRefResolver
{
}
