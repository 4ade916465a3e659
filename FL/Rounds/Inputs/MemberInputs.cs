using FedActors.FL.Models;

namespace FedActors.FL.Rounds;

/// <summary>A member asks to be admitted, for the first time or again.</summary>
/// <param name="Session">Stands for the sender; the same number for the same sender as long as it lives, and never reused.</param>
/// <param name="Role">What it does.</param>
/// <param name="MemberId">Its name.</param>
/// <param name="Node">The node that it lives on.</param>
/// <param name="Incarnation">Of that node; a restarted node has a greater one, and its members replace their predecessors.</param>
/// <param name="Offer">What data it holds; null for an aggregator, which has none.</param>
public sealed record RegistrationReceived(long Session, MemberRole Role, string MemberId, string Node, long Incarnation, DataOffer? Offer) : RoundInput;

/// <summary>What data a member holds.</summary>
/// <param name="Specification">The model that its data fits.</param>
/// <param name="Site">The site's name.</param>
/// <param name="Samples">Its examples.</param>
/// <param name="Contradiction">What is wrong with the member's own figures, or null: for instance moments over another number of examples.</param>
public sealed record DataOffer(ModelSpecification Specification, string Site, long Samples, string? Contradiction = null);

/// <summary>A sender is gone: its process ended, or its connection did not come back.</summary>
/// <param name="Session">The sender.</param>
/// <param name="Cause">Why, for people.</param>
/// <param name="MayReturn">Whether it is a combiner between that was lost, so that the worker itself is likely to live and to come back by another way.</param>
public sealed record MemberLost(long Session, string Cause, bool MayReturn = false) : RoundInput;
