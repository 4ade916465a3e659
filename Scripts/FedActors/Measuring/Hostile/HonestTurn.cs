using FedActors.Scripts.Measuring.Transport;

namespace FedActors.Scripts.Measuring.Hostile;

/// <summary>What an honest node felt for a time.</summary>
/// <param name="Microseconds">How long each question took, from the shortest.</param>
internal sealed record HonestTurn(double[] Microseconds)
{
    /// <summary>What 99 of 100 questions stayed below, in microseconds.</summary>
    public double Most => Latencies.Percentile(Microseconds, 99);

    /// <summary>The longest.</summary>
    public double Longest => Latencies.Percentile(Microseconds, 100);

    /// <summary>What 99 of 100 stayed below of the questions of several turns.</summary>
    public static double MostOf(IEnumerable<HonestTurn> turns) => Latencies.Percentile([.. turns.SelectMany(turn => turn.Microseconds).Order()], 99);
}
