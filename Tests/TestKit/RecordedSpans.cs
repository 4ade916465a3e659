using System.Collections.Concurrent;
using System.Diagnostics;

namespace FedActors.Tests.TestKit;

/// <summary>Listens to the product's activity sources by their public names, as a tracing tool does, and keeps what ends. Other tests' spans come along.</summary>
public sealed class RecordedSpans : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;

    public RecordedSpans()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name is "FedActors.Actors" or "FedActors.FL",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public IReadOnlyList<Activity> Ended => [.. _ended];

    /// <summary>Those of one node's actors.</summary>
    public IReadOnlyList<Activity> Of(string node) =>
        [.. _ended.Where(span => span.GetTagItem("actor") is string actor && actor.StartsWith($"{node}/", StringComparison.Ordinal))];

    public void Dispose() => _listener.Dispose();
}
