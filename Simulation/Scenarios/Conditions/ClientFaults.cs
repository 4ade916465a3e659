namespace FedActors.Simulation.Scenarios;

/// <summary>What goes wrong at clients: each a probability for every time that a client is asked.</summary>
public sealed record ClientFaults
{
    /// <summary>The client dies while it trains, and is back after <see cref="Restart"/>.</summary>
    public double Crash { get; init; }

    /// <summary>The client says that it could not train.</summary>
    public double Failure { get; init; }

    /// <summary>The client never answers, and is not known to be gone: the round's deadline decides.</summary>
    public double Silence { get; init; }

    /// <summary>The update is damaged: a parameter is not a number.</summary>
    public double Damage { get; init; }

    /// <summary>The update is sent twice.</summary>
    public double Duplicate { get; init; }

    /// <summary>Seconds until a client that died is back, drawn for each time.</summary>
    public Distribution Restart { get; init; } = Distribution.Constant(10);

    /// <summary>Whether anything goes wrong at all.</summary>
    internal bool IsChance => Crash > 0 || Failure > 0 || Silence > 0 || Damage > 0 || Duplicate > 0;
}
