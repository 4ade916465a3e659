namespace FedActors.FL.Training;

/// <summary>How a site may step down its gradient, by name.</summary>
public static class LocalOptimizers
{
    /// <summary>Plain stochastic gradient descent.</summary>
    public const string Sgd = "sgd";

    /// <summary>With momentum: the direction is a decaying sum of slopes.</summary>
    public const string Momentum = "momentum";

    /// <summary>Adam (Kingma and Ba 2015): each parameter has a step size of its own.</summary>
    public const string Adam = "adam";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Sgd, Momentum, Adam];
}
