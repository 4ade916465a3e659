namespace FedActors.FL.Rounds;

/// <summary>Why a member was not admitted.</summary>
public enum RegistrationRefusal
{
    /// <summary>Its data does not fit the run's model; the text names each field that differs.</summary>
    MismatchedModel = 1,

    /// <summary>A live member of another connection has this name, or this role if there is only one of it.</summary>
    DuplicateMember = 2,

    /// <summary>A live worker of another name holds this site's data, which would then count twice.</summary>
    DuplicateSite = 3,

    /// <summary>Its site or example count is not what it was when the run took the site in, or contradicts itself.</summary>
    WrongSiteData = 4,

    /// <summary>The run has as many members as it admits.</summary>
    TooManyMembers = 5,

    /// <summary>A name is empty or too long.</summary>
    InvalidName = 6,

    /// <summary>Its certificate states other roles.</summary>
    NotAuthorised = 7,

    /// <summary>It is a combiner, and sent a sum that was none of the updates that it was asked for.</summary>
    WrongSum = 8,

    /// <summary>It is a worker of a combiner, which has not registered itself.</summary>
    UnknownCombiner = 9,

    /// <summary>It is a combiner whose sum did not come, and is back before the rounds are over for which it rests.</summary>
    SumOverdue = 10,
}
