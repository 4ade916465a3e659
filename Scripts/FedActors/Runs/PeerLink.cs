namespace FedActors.Scripts.Runs;

/// <summary>How one peer is linked with another.</summary>
internal enum PeerLink
{
    /// <summary>It is the same peer.</summary>
    Self,

    /// <summary>The topology makes them neighbours, and they are connected: they gossip.</summary>
    Connected,

    /// <summary>The topology makes them neighbours, and they are not connected now.</summary>
    Broken,

    /// <summary>They are connected, as with a seed, though the topology does not make them neighbours.</summary>
    Spare,

    /// <summary>What they know of each other comes through others.</summary>
    Indirect,

    /// <summary>The other is held to be dead, or has left.</summary>
    Gone,
}
