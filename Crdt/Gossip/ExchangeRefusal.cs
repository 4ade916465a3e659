namespace FedActors.Crdt.Gossip;

/// <summary>Why something from a neighbour was not taken in. A closed set.</summary>
public enum ExchangeRefusal
{
    /// <summary>The message came from nobody who is connected, or one neighbour too many wanted to be.</summary>
    UnknownNeighbour = 1,

    /// <summary>The neighbour is not in the roster in this incarnation; it has to rejoin.</summary>
    NotInRoster = 2,

    /// <summary>The digest answers no question that is open: it came late, twice or unasked.</summary>
    UnaskedDigest = 3,

    /// <summary>The digest has more keys, slots or receipts than allowed.</summary>
    OversizedDigest = 4,

    /// <summary>An entry or a slot contradicts itself, or its name is no name.</summary>
    Malformed = 5,

    /// <summary>An owned key is written by somebody other than its owner.</summary>
    ForgedKey = 6,

    /// <summary>Somebody other than the owner says that an owned key is deleted, where owners prove what they write. A tombstone has no body to prove it.</summary>
    NotFromOwner = 7,

    /// <summary>The stamp is further ahead of this replica's clock than allowed. It is taken in once time has come.</summary>
    FutureStamp = 8,

    /// <summary>The body is larger than allowed.</summary>
    OversizedBody = 9,

    /// <summary>There is no room for more keys, slots or bodies.</summary>
    Full = 10,

    /// <summary>More chunks were wanted at once than allowed.</summary>
    TooManyWants = 11,

    /// <summary>The body that is wanted is not here, or has no such part. Happens to honest neighbours when a newer entry comes between.</summary>
    NoSuchBody = 12,

    /// <summary>The chunk is not one that was asked for, or has the wrong length.</summary>
    WrongChunk = 13,

    /// <summary>The bytes do not have the hash under which they were offered. The neighbour is not asked for this body again.</summary>
    WrongBody = 14,

    /// <summary>The body does not prove that the key's owner wrote it: somebody forged it, on the way or before. It is not asked for again.</summary>
    Unproved = 15,

    /// <summary>A model or a description of somebody who was removed for good: it was deleted, and does not come back.</summary>
    Removed = 16,
}
