namespace FedActors.FL.Rounds;

/// <summary>The protocols that a configuration can name.</summary>
public static class Protocols
{
    /// <summary>A round waits for all that it asked, until its deadline.</summary>
    public const string Synchronous = "synchronous";

    /// <summary>The same, and every worker takes as many steps as fit the time that the slowest needs (MetisFL; Stripelis et al. 2022).</summary>
    public const string SemiSynchronous = "semi-synchronous";

    /// <summary>Nobody waits: an update counts when it comes, and its worker goes on from the newest model.</summary>
    public const string Asynchronous = "asynchronous";

    /// <summary>Updates in fedbuff's buffer (Nguyen et al. 2022, section 5).</summary>
    public const int FedBuffSize = 10;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Synchronous, SemiSynchronous, Asynchronous];
}
