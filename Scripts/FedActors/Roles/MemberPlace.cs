using FedActors.Actors;
using FedActors.FL.Roles;

namespace FedActors.Scripts.Roles;

/// <summary>What a member's process gives the member.</summary>
/// <param name="Provider">Its provider.</param>
/// <param name="Packages">What hands out the run's package, on the provider's node.</param>
/// <param name="Completion">Told when there is nothing left to do.</param>
internal sealed record MemberPlace(ActorRef Provider, ActorRef Packages, MemberCompletion Completion);
