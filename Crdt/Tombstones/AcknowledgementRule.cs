namespace FedActors.Crdt;

/// <summary>When a tombstone may be forgotten: the one rule by which a deleted key stays deleted.</summary>
public static class AcknowledgementRule
{
    /// <summary>Whether a tombstone may be forgotten: every member of the roster has said that it knows of all members holding it.</summary>
    /// <param name="roster">Everybody who may hold an older value.</param>
    /// <param name="said">What each member has said of the tombstone.</param>
    public static bool MayForget(Roster roster, IReadOnlyDictionary<Member, ReceiptLevel> said) => HaveAllSaid(roster, said, ReceiptLevel.KnownByAll);

    /// <summary>Whether every member of the roster holds a tombstone, so that none can send an older value any more.</summary>
    /// <inheritdoc cref="MayForget"/>
    public static bool IsHeldByAll(Roster roster, IReadOnlyDictionary<Member, ReceiptLevel> said) => HaveAllSaid(roster, said, ReceiptLevel.Held);

    private static bool HaveAllSaid(Roster roster, IReadOnlyDictionary<Member, ReceiptLevel> said, ReceiptLevel level)
    {
        ArgumentNullException.ThrowIfNull(roster);
        ArgumentNullException.ThrowIfNull(said);
        foreach (Member member in roster.Members)
        {
            if (said.GetValueOrDefault(member) < level)
            {
                return false;
            }
        }

        return true;
    }
}
