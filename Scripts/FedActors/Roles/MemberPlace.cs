using FedActors.Actors;
using FedActors.FL.Roles;

namespace FedActors.Scripts.Roles;

/// <summary>What a member's process gives the member.</summary>
/// <param name="Provider">Its provider, or the first of the combiners that stand for it.</param>
/// <param name="Others">Where else to register, in order.</param>
/// <param name="Packages">What hands out the run's package.</param>
/// <param name="Completion">Told when there is nothing left to do.</param>
internal sealed record MemberPlace(ActorRef Provider, IReadOnlyList<Func<ActorRef>> Others, PackageWay Packages, MemberCompletion Completion);
