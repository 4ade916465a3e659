namespace FedActors.Crdt;

/// <summary>What one replica knows about who has acknowledged a tombstone.</summary>
/// <param name="Key">The deleted key.</param>
/// <param name="Stamp">Which tombstone.</param>
/// <param name="Receipts">Members that have said something, each once.</param>
public sealed record TombstoneReceipts(string Key, Stamp Stamp, IReadOnlyList<Receipt> Receipts);

/// <summary>One member's word.</summary>
/// <param name="Member">Who.</param>
/// <param name="Level">What it has said.</param>
public readonly record struct Receipt(Member Member, ReceiptLevel Level);
