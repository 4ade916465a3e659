namespace FedActors.FL.Data.Preparation;

/// <summary>How <see cref="EuroSatPreparation"/> makes its regions.</summary>
public sealed record EuroSatOptions
{
    /// <summary>Seed of the hold-out and of the shifts.</summary>
    public ulong Seed { get; init; } = 42;

    /// <summary>Share of every class that is held out as region D, over 0 and at most 0.9.</summary>
    public double HoldOut { get; init; } = 0.2;

    /// <summary>Whether a data set that is in the folder already may be replaced.</summary>
    public bool Overwrite { get; init; }
}
