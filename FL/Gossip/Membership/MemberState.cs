namespace FedActors.FL.Gossip;

/// <summary>Whether a member is held to live. The order is that in which claims of one beat are believed. Crosses the wire; numbers are never reused.</summary>
public enum MemberState
{
    /// <summary>It lives.</summary>
    Alive = 0,

    /// <summary>It did not answer, and has some time to speak up.</summary>
    Suspect = 1,

    /// <summary>It did not speak up. Nobody calls it; what it published counts until it is too old.</summary>
    Dead = 2,

    /// <summary>It said that it leaves.</summary>
    Left = 3,
}
