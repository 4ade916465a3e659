namespace FedActors.Scripts.Measuring;

/// <summary>Measures comparisons in turns, so that whatever slows the machine for a while slows all of them.</summary>
/// <param name="Repetitions">How often each workload is measured.</param>
/// <param name="Time">About how long all of it takes, warm-up included.</param>
internal sealed record InterleavedRuns(int Repetitions, TimeSpan Time)
{
    /// <summary>Rounds that are run and not counted: the compiler replaces a method's first code only after it was called often for a while.</summary>
    private const int WarmUps = 3;

    public async Task<IReadOnlyList<MeasuredRow>> MeasureAsync(IReadOnlyList<Comparison> comparisons, CancellationToken cancellationToken)
    {
        Workload[] workloads = [.. comparisons.SelectMany(c => new[] { c.Raw, c.Ours }).OfType<Workload>().Distinct()];
        TimeSpan slice = Time / ((Repetitions + WarmUps) * workloads.Length);
        var figures = workloads.ToDictionary(w => w, _ => new List<double[]>());
        for (int round = 0; round < WarmUps + Repetitions; round++)
        {
            // Forth and back, so that nobody always comes after the same neighbour.
            foreach (Workload workload in round % 2 == 0 ? workloads : workloads.Reverse())
            {
                cancellationToken.ThrowIfCancellationRequested();
                double[] measured = await workload.RunAsync(slice, cancellationToken).ConfigureAwait(false);
                if (round >= WarmUps)
                {
                    figures[workload].Add(measured);
                }
            }
        }

        return [.. comparisons.SelectMany(c => c.Quantities.Select((quantity, i) => Row(c, quantity, i, figures)))];
    }

    private static MeasuredRow Row(Comparison comparison, Quantity quantity, int index, Dictionary<Workload, List<double[]>> figures)
    {
        double[] ours = [.. figures[comparison.Ours].Select(f => f[index])];
        double[]? raw = comparison.Raw is { } bare ? [.. figures[bare].Select(f => f[index])] : null;
        return new MeasuredRow(
            comparison.Name,
            quantity,
            new Spread(ours),
            raw is null ? null : new Spread(raw),
            raw is null ? null : new Spread([.. ours.Zip(raw, (o, r) => o / r)]));
    }
}
