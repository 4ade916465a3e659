namespace FedActors.FL.Data.Preparation;

/// <summary>How <see cref="DataSplit"/> spreads one file's rows over sites.</summary>
public sealed record SplitOptions
{
    /// <summary>The array, [examples], whose whole numbers say which rows lie together; null to deal rows out at random.</summary>
    public string? Groups { get; init; }

    /// <summary>Sites when rows are dealt out at random; groups bring their own number.</summary>
    public int Sites { get; init; } = 4;

    /// <summary>How rows are dealt out where no groups are given; null at random, in parts of equal size.</summary>
    public Partitioner? Partitioner { get; init; }

    /// <summary>A shift of each site's features, one of <see cref="FeatureShift.Kinds"/>; null for none.</summary>
    public string? Shift { get; init; }

    /// <summary>The array, [examples], that is other than 0 for the rows to hold out; null to choose them at random.</summary>
    public string? HoldOutArray { get; init; }

    /// <summary>Share of every class to hold out when they are chosen at random, 0 to 0.9; 0 holds out nothing.</summary>
    public double HoldOut { get; init; } = 0.2;

    /// <summary>Classes told apart; null to take the labels of the whole file for complete.</summary>
    public int? Classes { get; init; }

    /// <summary>A name for each class; null to number them.</summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>What the data set is called; null for the file's name.</summary>
    public string? Name { get; init; }

    /// <summary>Seed of the hold-out and of the deal.</summary>
    public ulong Seed { get; init; } = 42;

    /// <summary>Whether a data set that is in the folder already may be replaced.</summary>
    public bool Overwrite { get; init; }

    /// <summary>The labels' file for examples in npy or IDX files, or the label column of a CSV; null for what is usual.</summary>
    public string? Labels { get; init; }

    /// <summary>A file of examples that nobody trains on, instead of rows held out; or null.</summary>
    public string? Evaluation { get; init; }

    /// <summary>As <see cref="Labels"/>, for the evaluation's file.</summary>
    public string? EvaluationLabels { get; init; }
}
