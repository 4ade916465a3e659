namespace FedActors.Tests.TestKit.Hostile;

/// <summary>What was seen of an attack.</summary>
/// <param name="Before">Sorted times of the honest node's questions before it.</param>
/// <param name="During">The same while it went on.</param>
/// <param name="Growth">Bytes alive at its height beyond those before.</param>
/// <param name="Refused">Refusals that were counted.</param>
/// <param name="Reasons">Different texts among them.</param>
internal sealed record HostileObservation(TimeSpan[] Before, TimeSpan[] During, long Growth, long Refused, int Reasons)
{
    public override string ToString() =>
        $"{Refused:n0} refused with {Reasons:n0} texts; memory grew by {Growth / 1048576.0:0.0} MiB; honest questions: "
        + $"{Before.Length:n0} before, p50 {At(Before, 0.5)}, p99 {At(Before, 0.99)}; {During.Length:n0} during, p50 {At(During, 0.5)}, p99 {At(During, 0.99)}";

    private static string At(TimeSpan[] sorted, double share) => $"{sorted[(int)(share * (sorted.Length - 1))].TotalMicroseconds:n0} us";
}
