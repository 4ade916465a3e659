namespace FedActors.FL.Configuration;

/// <summary>What every site does with its data in a round. Sent with the run's plan, so that all sites train alike.</summary>
public sealed record TrainingOptions
{
    /// <summary>Model kind; <c>softmax</c> is the only one so far.</summary>
    public string Model { get; init; } = "softmax";

    /// <summary>Rounds to commit before the run ends. The default is where accuracy on rows held out from Landsat's training split flattens.</summary>
    public int Rounds { get; init; } = 50;

    /// <summary>Passes over the site's data in one round.</summary>
    public int LocalEpochs { get; init; } = 3;

    /// <summary>Examples in a mini-batch. The last batch of an epoch may be smaller.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Step size of SGD. The default is the middle of the range, 0.05 to 0.5, that does equally well on standardised features.</summary>
    public float LearningRate { get; init; } = 0.1f;

    /// <summary>FedProx's proximal term (Li et al. 2020, section 3.2); 0 is FedAvg.</summary>
    public float Mu { get; init; }
}
