using FedActors.Actors;

namespace FedActors.Scripts.Roles;

/// <summary>What hands out the run's package to a member: beside whoever admitted it last, and until then on the first of its ways.</summary>
/// <param name="first">What hands it out there.</param>
/// <param name="beside">What hands it out beside a provider, or a combiner in its place.</param>
internal sealed class PackageWay(ActorRef first, Func<ActorRef, ActorRef> beside)
{
    private volatile ActorRef _now = first;

    /// <summary>What hands it out now.</summary>
    public ActorRef Now => _now;

    /// <summary>The member was admitted.</summary>
    public void OnAdmitted(ActorRef provider) => _now = beside(provider);
}
