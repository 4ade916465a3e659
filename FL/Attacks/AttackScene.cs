using System.Numerics;
using FedActors.FL.Numerics;

namespace FedActors.FL.Attacks;

/// <summary>What attackers know of a round.</summary>
/// <typeparam name="T">The parameters' precision.</typeparam>
/// <param name="Global">The parameters that the round began with.</param>
/// <param name="Honest">What the honest sites send, at least one.</param>
/// <param name="Clients">Sites in all.</param>
/// <param name="Attackers">Of them attackers.</param>
/// <param name="Random">Where the attackers' chance comes from.</param>
public sealed record AttackScene<T>(ReadOnlyMemory<T> Global, IReadOnlyList<ReadOnlyMemory<T>> Honest, int Clients, int Attackers, RandomStream Random)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The mean of what honest sites send in one coordinate.</summary>
    internal double Mean(int index)
    {
        double sum = 0;
        foreach (ReadOnlyMemory<T> update in Honest)
        {
            sum += double.CreateTruncating(update.Span[index]);
        }

        return sum / Honest.Count;
    }

    /// <summary>The population's standard deviation of it.</summary>
    internal double Deviation(int index, double mean)
    {
        double sum = 0;
        foreach (ReadOnlyMemory<T> update in Honest)
        {
            double difference = double.CreateTruncating(update.Span[index]) - mean;
            sum += difference * difference;
        }

        return Math.Sqrt(sum / Honest.Count);
    }
}
