namespace FedActors.Scripts.Monitoring;

/// <summary>All series of one name.</summary>
/// <param name="Name">The name as it is written.</param>
/// <param name="Kind">What they are.</param>
/// <param name="Description">What they say.</param>
/// <param name="Points">Each with its tags, no two with the same.</param>
internal sealed record MetricFamily(string Name, MetricKind Kind, string Description, IReadOnlyList<(string Labels, MetricPoint Point)> Points)
{
    /// <summary>Of instruments that bear one name: those of several nodes, or of an actor and its next instance. The newest says what is so, where two say it.</summary>
    public static MetricFamily Of(IReadOnlyList<MeasuredInstrument> instruments)
    {
        MeasuredInstrument newest = instruments[^1];
        var points = new Dictionary<string, MetricPoint>(StringComparer.Ordinal);
        foreach ((string labels, MetricSeries series) in instruments.Where(instrument => instrument.Kind == newest.Kind).SelectMany(instrument => instrument.Series))
        {
            points[labels] = series.Read();
        }

        return new MetricFamily(newest.Name, newest.Kind, newest.Description, [.. points.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value))]);
    }
}
