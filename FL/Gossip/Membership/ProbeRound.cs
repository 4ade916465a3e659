namespace FedActors.FL.Gossip;

/// <summary>One probe in progress.</summary>
internal sealed class ProbeRound(string target, ulong sequence, long timeout)
{
    public string Target { get; } = target;

    public ulong Sequence { get; } = sequence;

    /// <summary>When others are asked to try.</summary>
    public long Timeout { get; } = timeout;

    public bool IsAnswered { get; set; }

    public bool IsIndirect { get; set; }

    /// <summary>Those who were asked to try and have said nothing at all: if it is many, it is this peer's own connection that is bad.</summary>
    public HashSet<string> Mute { get; } = new(StringComparer.Ordinal);
}
