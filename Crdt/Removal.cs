namespace FedActors.Crdt;

/// <summary>The record that a member is gone for good: a shared key, <c>removed/&lt;peer&gt;</c>, whose tick is the last incarnation that may not return, and which is never deleted.</summary>
/// <remarks>
/// It is all that stays of a removed member: its name and that number. Whoever bears the name later has a higher one, and of two removals
/// of one name the higher stays. The record has one form, and so is the same whoever writes it; what the member had published is deleted
/// by tombstones, which every replica derives from the record alone, and which are therefore the same everywhere, too; see docs/adr/0020.
/// </remarks>
public static class Removal
{
    /// <summary>How all records begin.</summary>
    public const string Prefix = "removed/";

    /// <summary>How far above all known incarnations of a member a removal may be. One that takes away all numbers would keep the name away for ever.</summary>
    public const ulong MaxAhead = 1_000_000;

    /// <summary>Names that may be removed in the life of a federation. Records stay for ever, and peers tell each other all of them when they meet.</summary>
    public const int MaxRecords = 2_048;

    /// <summary>Records after which no further names are taken in of which nothing is here: made-up ones must leave room for those whom an operator removes.</summary>
    public const int MaxUnknown = MaxRecords / 2;

    /// <summary>The sequence of the tombstones that a record stands for: above all that a store gives out.</summary>
    internal const ulong LastSequence = ulong.MaxValue;

    private static readonly Body Content = new(new byte[] { 0 });

    /// <summary>The key of the record of a replica's removal.</summary>
    public static string KeyOf(string replica)
    {
        CrdtLimits.CheckName(replica);
        return Prefix + replica;
    }

    /// <summary>Whether a key is of those that hold records, well formed or not.</summary>
    public static bool IsRecord(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.StartsWith(Prefix, StringComparison.Ordinal);
    }

    /// <summary>Reads who was removed.</summary>
    /// <returns>False if the entry is no record, or not in the one form that a record has.</returns>
    public static bool TryRead(EntryHeader header, out Member member)
    {
        ArgumentNullException.ThrowIfNull(header);
        member = default;
        if (!IsRecord(header.Key) || !CrdtLimits.IsName(header.Key[Prefix.Length..]) || header.Stamp.Tick == 0)
        {
            return false;
        }

        member = new Member(header.Key[Prefix.Length..], header.Stamp.Tick);
        return header.Stamp == StampOf(member) && header.BodyBytes == Content.Bytes.Length;
    }

    /// <summary>The record of a member's removal.</summary>
    internal static Entry RecordOf(Member member) => new(new EntryHeader(KeyOf(member.Replica), StampOf(member), Content.Bytes.Length), Content);

    /// <summary>Whether an entry is one of the tombstones that a record stands for.</summary>
    internal static bool IsBurial(EntryHeader header) => header.Stamp.IsTombstone && header.Stamp.Tick == LastSequence && header.Stamp.Incarnation > 0;

    /// <summary>What is deleted of a removed member: its models and its description. Its moments and its standard stay, since others' models are scaled by them.</summary>
    internal static string[] KeysOf(string replica) => [OwnedKey.Information(replica), OwnedKey.Model(replica), OwnedKey.SecondModel(replica)];

    private static Stamp StampOf(Member member) => new(0, member.Incarnation, IsTombstone: false, member.Replica, Content.Hash);
}
