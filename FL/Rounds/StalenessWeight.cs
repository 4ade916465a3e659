using FedActors.FL.Configuration;
using FedActors.FL.Numerics;

namespace FedActors.FL.Rounds;

/// <summary>s(τ): how much an update counts that was made from a model τ versions old.</summary>
/// <remarks>Xie et al. 2019, Asynchronous federated optimization, section 5.2. The polynomial with a = 0.5 is also FedBuff's (Nguyen et al. 2022).</remarks>
public static class StalenessWeight
{
    /// <summary>1.</summary>
    public const string Constant = "constant";

    /// <summary>1 up to b, then 1 / (a(τ - b) + 1).</summary>
    public const string Hinge = "hinge";

    /// <summary>(τ + 1)^-a.</summary>
    public const string Polynomial = "polynomial";

    private const double HingeA = 10;
    private const double PolynomialA = 0.5;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Constant, Hinge, Polynomial];

    /// <summary>The weight, over 0 and at most 1.</summary>
    /// <param name="options">Which, with a and b.</param>
    /// <param name="staleness">τ, 0 or more.</param>
    /// <exception cref="ArgumentException">There is no such weight.</exception>
    public static double Of(ProtocolOptions options, int staleness)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegative(staleness);
        return options.Staleness switch
        {
            Constant => 1,
            Hinge => staleness <= options.StalenessB ? 1 : 1 / (((options.StalenessA ?? HingeA) * (staleness - options.StalenessB)) + 1),
            Polynomial => PortableMath.Pow(staleness + 1, -(options.StalenessA ?? PolynomialA)),
            _ => throw new ArgumentException($"There is no staleness weight '{options.Staleness}'; there are {string.Join(", ", All)}.", nameof(options)),
        };
    }
}
