namespace FedActors.FL.Configuration;

/// <summary>What every site does with its data in a round. Sent with the run's plan, so that all sites train alike.</summary>
public sealed record TrainingOptions
{
    /// <summary>Model kind: <c>softmax</c>, <c>mlp</c> or <c>mlp:256,128</c>, <c>cnn</c> or <c>cnn:28x28x1</c>.</summary>
    public string Model { get; init; } = "softmax";

    /// <summary>Rounds to commit before the run ends. The default is where accuracy on rows held out from Landsat's training split flattens.</summary>
    public int Rounds { get; init; } = 50;

    /// <summary>Passes over the site's data in one round.</summary>
    public int LocalEpochs { get; init; } = 3;

    /// <summary>Examples in a mini-batch. The last batch of an epoch may be smaller.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Step size. The default is the middle of the range, 0.05 to 0.5, that does equally well on standardised features.</summary>
    public float LearningRate { get; init; } = 0.1f;

    /// <summary>FedProx's proximal term (Li et al. 2020, section 3.2); 0 is FedAvg.</summary>
    public float Mu { get; init; }

    /// <summary>How a site steps down its gradient, one of <see cref="Training.LocalOptimizers.All"/>. It begins anew in every round.</summary>
    public string Optimizer { get; init; } = Training.LocalOptimizers.Sgd;

    /// <summary>What the optimizer momentum keeps of its direction from step to step.</summary>
    public float Momentum { get; init; } = 0.9f;

    /// <summary>Adam's decay of the first moment.</summary>
    public float Beta1 { get; init; } = 0.9f;

    /// <summary>Adam's decay of the second moment.</summary>
    public float Beta2 { get; init; } = 0.999f;

    /// <summary>What Adam adds to the root of the second moment.</summary>
    public float Epsilon { get; init; } = 1e-8f;

    /// <summary>Weight decay λ: λ w is added to the gradient, biases included.</summary>
    public float WeightDecay { get; init; }

    /// <summary>How the learning rate changes from round to round, one of <see cref="Training.LearningRates.All"/>.</summary>
    public string Schedule { get; init; } = Training.LearningRates.Constant;

    /// <summary>Rounds after which the schedule step takes a step, and after which inverse has halved the rate.</summary>
    public int ScheduleRounds { get; init; } = 10;

    /// <summary>What the schedule step multiplies the rate by.</summary>
    public float ScheduleFactor { get; init; } = 0.5f;
}
