namespace FedActors.Crdt;

/// <summary>What a member has said of a tombstone. It only grows.</summary>
public enum ReceiptLevel
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>It holds the tombstone: no older value will come from it any more.</summary>
    Held = 1,

    /// <summary>It knows that every member of the roster holds the tombstone.</summary>
    KnownByAll = 2,
}
