namespace FedActors.Storage.Gossip;

/// <summary>What a change must survive.</summary>
public enum Durability
{
    /// <summary>The process's end, by whatever means: for what others can send again.</summary>
    Cached = 0,

    /// <summary>A power cut too, and with it all that was cached before: for what others are told.</summary>
    Promised = 1,
}
