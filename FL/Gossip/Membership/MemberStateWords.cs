namespace FedActors.FL.Gossip;

/// <summary>Members' states as people and programs read them.</summary>
public static class MemberStateWords
{
    /// <summary>The state in lower case.</summary>
    public static string Word(this MemberState state) => state switch
    {
        MemberState.Alive => "alive",
        MemberState.Suspect => "suspect",
        MemberState.Dead => "dead",
        _ => "left",
    };
}
