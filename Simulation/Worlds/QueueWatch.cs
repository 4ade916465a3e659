using System.Diagnostics.Metrics;
using FedActors.Actors;
using FedActors.Actors.Diagnostics;
using FedActors.Actors.Remoting;
using FedActors.Simulation.Kernel;
using FedActors.Simulation.Schedules;

namespace FedActors.Simulation.Worlds;

/// <summary>Holds each actor's mailbox and each queue to another node to its bound, by what operators see of a node: its tree of actors, and its gauge of queued bytes.</summary>
internal sealed class QueueWatch : IDisposable
{
    private const string Instrument = "fedactors.remote.queued_bytes";

    private readonly MeterListener _listener = new();
    private readonly Action<string, string> _report;
    private readonly Coverage _coverage;
    private readonly long _maxQueuedBytes;

    /// <param name="nodeOf">The machine that a process is the present one of, or null.</param>
    /// <param name="limits">What the schedule allows all nodes.</param>
    /// <param name="report">Told which invariant is broken, and how.</param>
    /// <param name="coverage">Counts what was reached.</param>
    public QueueWatch(Func<SimulatedProcess, WorldNode?> nodeOf, RemotingLimits limits, Action<string, string> report, Coverage coverage)
    {
        _report = report;
        _coverage = coverage;

        // Small messages have half as much beside large ones; what the runtime has to say of watches comes past the bound for messages.
        _maxQueuedBytes = limits.MaxQueuedBytes + (limits.MaxQueuedBytes / 2) + limits.MaxWatchBytes;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == Instrument && instrument.Meter.Name == ActorMeter.MeterName && instrument.Meter.Scope is SimulatedProcess process && nodeOf(process) is { } node)
            {
                listener.EnableMeasurementEvents(instrument, node);
            }
        };
        _listener.SetMeasurementEventCallback<long>(OnQueued);
        _listener.Start();
    }

    /// <summary>Looks at the queues of all nodes.</summary>
    public void LookAtQueues() => _listener.RecordObservableInstruments();

    /// <summary>Looks at the mailboxes of one node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="system">What runs there.</param>
    public void LookAtMailboxes(WorldNode node, ActorSystem system) => LookAt(node, system.Describe());

    public void Dispose() => _listener.Dispose();

    private void LookAt(WorldNode node, ActorSnapshot actor)
    {
        // What a role's mailbox holds the schedule says, whatever the mailbox says of itself.
        bool isRole = node.Actor?.Path == actor.Actor;
        int capacity = isRole ? node.MailboxCapacity : actor.Capacity;
        if (actor.Queued > capacity)
        {
            _report("mailboxes keep their bounds", $"{actor.Queued} messages wait for {actor.Actor.Name} on {node.Name}, whose mailbox holds {capacity}");
        }

        if (isRole && actor.Queued > 0)
        {
            _coverage.Hit(actor.Queued >= capacity ? "mailbox full" : "mailbox in use");
        }

        foreach (ActorSnapshot child in actor.Children)
        {
            LookAt(node, child);
        }
    }

    private void OnQueued(Instrument instrument, long bytes, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        WorldNode node = (WorldNode)state!;

        // One message may overshoot the bound.
        long most = _maxQueuedBytes + node.LargestMessage;
        if (bytes > most)
        {
            _report("queues to other nodes keep their bounds", $"{bytes} bytes wait on {node.Name} for {tags[0].Value}; at most {most} may");
        }
    }
}
