using System.Globalization;

namespace FedActors.Crdt;

/// <summary>The record that a member is gone for good: a shared key, <c>removed/&lt;peer&gt;/&lt;incarnation&gt;</c>, that is written once and never deleted.</summary>
/// <remarks>
/// It is all that stays of a removed member: its name and the last incarnation that may not return. Whoever bears the name later has a
/// higher one. What the member had published is deleted by tombstones, which every replica derives from the record alone, and which are
/// therefore the same everywhere; see docs/adr/0020.
/// </remarks>
public static class Removal
{
    /// <summary>How all records begin.</summary>
    public const string Prefix = "removed/";

    /// <summary>How far above all known incarnations of a member a removal may be. One that takes away all numbers would keep the name away for ever.</summary>
    public const ulong MaxAhead = 1_000_000;

    /// <summary>The sequence of the tombstones that a record stands for: above all that a store gives out.</summary>
    internal const ulong LastSequence = ulong.MaxValue;

    /// <summary>The key of a member's record.</summary>
    public static string KeyOf(Member member)
    {
        CrdtLimits.CheckName(member.Replica);
        return string.Create(CultureInfo.InvariantCulture, $"{Prefix}{member.Replica}/{member.Incarnation}");
    }

    /// <summary>Whether a key is of those that hold records, well formed or not.</summary>
    public static bool IsRecord(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.StartsWith(Prefix, StringComparison.Ordinal);
    }

    /// <summary>Reads who was removed.</summary>
    /// <returns>False if the key is no record's.</returns>
    public static bool TryParse(string key, out Member member)
    {
        member = default;
        int slash = IsRecord(key) ? key.LastIndexOf('/') : -1;
        if (slash < Prefix.Length || !ulong.TryParse(key.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ulong incarnation) || incarnation == 0)
        {
            return false;
        }

        member = new Member(key[Prefix.Length..slash], incarnation);
        return CrdtLimits.IsName(member.Replica) && KeyOf(member) == key;
    }

    /// <summary>Whether an entry is one of the tombstones that a record stands for.</summary>
    internal static bool IsBurial(EntryHeader header) => header.Stamp.IsTombstone && header.Stamp.Tick == LastSequence && header.Stamp.Incarnation > 0;

    /// <summary>What is deleted of a removed member: its models and its description. Its moments and its standard stay, since others' models are scaled by them.</summary>
    internal static IEnumerable<string> KeysOf(string replica) => [OwnedKey.Information(replica), OwnedKey.Model(replica), OwnedKey.SecondModel(replica)];
}
