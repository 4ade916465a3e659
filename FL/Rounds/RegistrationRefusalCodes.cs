namespace FedActors.FL.Rounds;

/// <summary>Stable names of registration refusals.</summary>
public static class RegistrationRefusalCodes
{
    /// <summary>The refusal's code, for instance <c>mismatched_model</c>.</summary>
    public static string Code(this RegistrationRefusal refusal) => refusal switch
    {
        RegistrationRefusal.MismatchedModel => "mismatched_model",
        RegistrationRefusal.DuplicateMember => "duplicate_member",
        RegistrationRefusal.DuplicateSite => "duplicate_site",
        RegistrationRefusal.WrongSiteData => "wrong_site_data",
        RegistrationRefusal.TooManyMembers => "too_many_members",
        RegistrationRefusal.InvalidName => "invalid_name",
        RegistrationRefusal.NotAuthorised => "not_authorised",
        RegistrationRefusal.WrongSum => "wrong_sum",
        RegistrationRefusal.UnknownCombiner => "unknown_combiner",
        RegistrationRefusal.SumOverdue => "sum_overdue",
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, "Not a registration refusal."),
    };

    /// <summary>Whether the same registration may be admitted later, without a change to its data: the member in its way may go, the one that it needs may come.</summary>
    public static bool MayPass(this RegistrationRefusal refusal) =>
        refusal is RegistrationRefusal.DuplicateMember or RegistrationRefusal.DuplicateSite or RegistrationRefusal.TooManyMembers or RegistrationRefusal.UnknownCombiner
        or RegistrationRefusal.SumOverdue;
}
