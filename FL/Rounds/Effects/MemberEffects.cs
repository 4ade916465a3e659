namespace FedActors.FL.Rounds;

/// <summary>Tell a member that it is admitted.</summary>
/// <param name="Session">To whom.</param>
/// <param name="Role">Its role.</param>
/// <param name="MemberId">Its name.</param>
/// <param name="Rejoined">Whether it had been admitted before.</param>
/// <param name="Replaced">The session that it takes the place of, or null. No more is sent there.</param>
public sealed record AcceptRegistration(long Session, MemberRole Role, string MemberId, bool Rejoined, long? Replaced) : RoundEffect;

/// <summary>Tell a sender that it is not admitted.</summary>
/// <param name="Session">To whom.</param>
/// <param name="Role">The role that it asked for.</param>
/// <param name="MemberId">The name that it gave.</param>
/// <param name="Refusal">The kind of reason.</param>
/// <param name="Text">The reason, with what differs and what to do.</param>
public sealed record RefuseRegistration(long Session, MemberRole Role, string MemberId, RegistrationRefusal Refusal, string Text) : RoundEffect;

/// <summary>Tell the operator that a member was lost.</summary>
/// <param name="Session">Which.</param>
/// <param name="Role">Its role.</param>
/// <param name="MemberId">Its name.</param>
/// <param name="Cause">Why, for people.</param>
public sealed record ReportLost(long Session, MemberRole Role, string MemberId, string Cause) : RoundEffect;

/// <summary>Tell a member the run's plan.</summary>
/// <param name="Session">To whom.</param>
public sealed record SendPlan(long Session) : RoundEffect;
