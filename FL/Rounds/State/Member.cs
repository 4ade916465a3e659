namespace FedActors.FL.Rounds;

/// <summary>An admitted member that is not known to be lost.</summary>
internal sealed record Member(long Session, MemberRole Role, string Id, string Node, long Incarnation, DataOffer? Offer);
