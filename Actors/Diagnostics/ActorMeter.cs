using System.Diagnostics.Metrics;

namespace FedActors.Actors.Diagnostics;

/// <summary>The runtime's instruments. One per system, so that systems in one process are told apart by the <c>node</c> tag.</summary>
public sealed class ActorMeter : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "FedActors.Actors";

    /// <summary>Bounds of the buckets of times, in seconds: from a handler that only notes something to one that waits for a disk or a peer.</summary>
    internal static readonly InstrumentAdvice<double> Times = new()
    {
        HistogramBucketBoundaries = [0.00001, 0.0001, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
    };

    private readonly Meter _meter;
    private readonly Counter<long> _deadLetters;
    private readonly Counter<long> _restarts;
    private readonly Histogram<double> _handling;
    private readonly Histogram<double> _queueing;

    internal ActorMeter(IMeterFactory? meters, string node, Func<int> actors, Func<long> queued, Func<long> handled)
    {
        var options = new MeterOptions(MeterName) { Tags = [new("node", node)] };
        _meter = meters?.Create(options) ?? new Meter(options);
        _deadLetters = _meter.CreateCounter<long>("fedactors.dead_letters", "{message}", "Messages that reached nobody, by reason.");
        _restarts = _meter.CreateCounter<long>("fedactors.actor.restarts", "{restart}", "Actors that got a new instance.");
        _handling = _meter.CreateHistogram<double>("fedactors.message.duration", "s", "Time in which messages were handled, by type, and by the failure's type if the handler failed.", [], Times);
        _queueing = _meter.CreateHistogram<double>("fedactors.message.queue_time", "s", "Time from sending to handling, of messages that were stamped when sent, by type.", [], Times);
        _meter.CreateObservableCounter("fedactors.messages", handled, "{message}", "Messages handled.");
        _meter.CreateObservableGauge("fedactors.actors", actors, "{actor}", "Actors alive.");
        _meter.CreateObservableGauge("fedactors.mailbox.depth", queued, "{message}", "Messages waiting in all mailboxes.");
    }

    /// <summary>The meter itself, for instruments of other parts of the runtime.</summary>
    internal Meter Meter => _meter;

    /// <summary>Whether anybody listens to what is measured of each message.</summary>
    internal bool MeasuresMessages => _handling.Enabled || _queueing.Enabled;

    /// <summary>Whether anybody listens to how long messages wait.</summary>
    internal bool MeasuresWaiting => _queueing.Enabled;

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    internal void DeadLetter(DeadLetterReason reason) => _deadLetters.Add(1, new KeyValuePair<string, object?>("reason", reason.ToString()));

    internal void Restarted() => _restarts.Add(1);

    internal void Queued(Type message, TimeSpan duration) => _queueing.Record(duration.TotalSeconds, MessageTag(message));

    internal void Handled(Type message, TimeSpan duration) => _handling.Record(duration.TotalSeconds, MessageTag(message));

    internal void Failed(Type message, TimeSpan duration, Exception failure) =>
        _handling.Record(duration.TotalSeconds, MessageTag(message), new KeyValuePair<string, object?>("error.type", failure.GetType().FullName));

    private static KeyValuePair<string, object?> MessageTag(Type message) => new("message", message.Name);
}
