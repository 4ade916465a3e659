using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using FedActors.Actors.Diagnostics;
using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Scheduling;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using Microsoft.Extensions.Logging;

namespace FedActors.Actors.Remoting;

/// <summary>A node's links to other nodes: reached through <see cref="ActorSystem.Remote"/>.</summary>
public sealed partial class RemoteSystem
{
    // A message writes itself within microseconds.
    private static readonly TimeSpan LongWait = TimeSpan.FromSeconds(1);

    // Enough to see what goes on; a flood must not fill the disk. All are counted.
    private const int RefusalLinesPerSecond = 20;

    private readonly ConcurrentDictionary<string, Endpoint> _endpoints = new();
    private readonly List<RemoteNode> _nodes = [];
    private readonly List<NodeListener> _listeners = [];
    private readonly Lock _sync = new();
    private readonly (int Id, uint NameHash)[] _types;
    private readonly Counter<long> _refusals;
    private readonly Counter<long> _paced;
    private readonly Histogram<double> _queueTime;
    private readonly LineBudget _refusalLines;
    private long _strangersSession;
    private long _bytesSent;
    private long _bytesReceived;
    private long _refused;
    private bool _closed;

    internal RemoteSystem(ActorSystem system, RemotingOptions options)
    {
        System = system;
        Options = options;
        Log = system.CreateLogger("Remoting");
        _refusalLines = new LineBudget(RefusalLinesPerSecond, TimeSpan.FromSeconds(1), system.Time);
        _strangersSession = system.NextUid();
        Budget = new QueueBudget(options.Limits.MaxQueuedBytesOfAll);
        Unhandled = new UnhandledBytes(options.Limits.MaxUnhandledBytesOfAll, null, () =>
        {
            foreach ((_, Endpoint endpoint) in _endpoints)
            {
                endpoint.OnRoom();
            }
        });
        Vectors = new VectorPool(options.Limits.MaxSpareBytes);
        _types = [.. options.Registry.TypeIds.Select(id => (id, HashOf(id)))];
        Meter meter = system.Meter.Meter;
        meter.CreateObservableCounter("fedactors.bytes.sent", () => BytesSent, "By", "Bytes sent to other nodes.");
        meter.CreateObservableCounter("fedactors.bytes.received", () => BytesReceived, "By", "Bytes received from other nodes.");
        meter.CreateObservableGauge("fedactors.nodes", () => _endpoints.Values.Count(e => e.Link is not null), "{node}", "Nodes connected.");
        meter.CreateObservableGauge("fedactors.nodes.held_back", () => HeldBack, "{node}", "Nodes of which nothing is handled until they show that they read what they are sent.");
        meter.CreateObservableGauge("fedactors.remote.unhandled_bytes", () => Unhandled.Held, "By", "Bytes of large messages that other nodes have sent and no actor has handled yet.");
        meter.CreateObservableGauge("fedactors.remote.queued_bytes", ReadQueued, "By", "Bytes that wait for another node, or were sent and are not known to have arrived there, by node.");
        _queueTime = meter.CreateHistogram<double>(
            "fedactors.remote.queue_time", "s", "Time from telling to sending, of the first message of each batch that went to another node in one piece.", [], ActorMeter.Times);
        _refusals = meter.CreateCounter<long>("fedactors.refusals", "{refusal}", "Connections and frames from outside that were refused, by cause.");
        _paced = meter.CreateCounter<long>("fedactors.connections.paced", "{connection}", "Connections that had to wait to be let in, since many had come to nothing and some of those came from their address.");
    }

    /// <summary>Bytes sent to other nodes, frames and all, before TLS.</summary>
    public long BytesSent => Interlocked.Read(ref _bytesSent);

    /// <summary>Bytes received from other nodes, frames and all, after TLS.</summary>
    public long BytesReceived => Interlocked.Read(ref _bytesReceived);

    /// <summary>Connections and frames from outside that were refused.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Bytes of the largest message that this node sends or takes; another node may take less.</summary>
    public int MaxMessageBytes => Options.Limits.MaxMessageBytes;

    /// <summary>Ids of the nodes that are connected now.</summary>
    public IReadOnlyList<string> ConnectedNodes =>
        [.. _endpoints.Values.Where(endpoint => endpoint.Link is not null).Select(endpoint => endpoint.Name).Order(StringComparer.Ordinal)];

    /// <summary>The number of the session that a node begins which is not known here.</summary>
    /// <remarks>
    /// The same each time, although strangers are forgotten: a node whose Ready was lost with its connection believes that the session
    /// has begun, and would hold all that it sent for lost if the next Welcome spoke of another. Sessions are told apart between two
    /// nodes only, so that all strangers may have one number; it changes when a node is forgotten that may have begun it.
    /// </remarks>
    internal long StrangersSession => Interlocked.Read(ref _strangersSession);

    /// <summary>Nodes that go on sending, have not shown that they read, and are held back for it now.</summary>
    internal int HeldBack => _endpoints.Values.Count(endpoint => endpoint.Link?.IsHeldBack == true);

    internal ActorSystem System { get; }

    internal RemotingOptions Options { get; }

    internal ILogger Log { get; }

    /// <summary>What waits for all nodes together.</summary>
    internal QueueBudget Budget { get; }

    /// <summary>Threads that wait long for a node's outbox.</summary>
    internal LongWaits Waits { get; } = new(
        $"A message that writes itself told something to another node, where one that writes itself told something to this one: each would wait for the other for ever. {nameof(IWireMessage<>.Write)} may write and nothing else.",
        LongWait);

    /// <summary>Large messages of all nodes that no actor has handled yet.</summary>
    internal UnhandledBytes Unhandled { get; }

    /// <summary>Memory of large messages, for the next ones from whichever node.</summary>
    internal VectorPool Vectors { get; }

    /// <summary>Bytes exchanged with one node so far; zero for one that was never connected.</summary>
    public (long Sent, long Received) TrafficWith(string node) =>
        _endpoints.TryGetValue(node, out Endpoint? endpoint) ? (endpoint.BytesSent, endpoint.BytesReceived) : (0, 0);

    /// <summary>An actor, by its full name, of a node that has been connected, whoever dialled; nobody if it never was.</summary>
    public ActorRef ActorOf(string node, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(node);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return Resolve(new ActorPath(node, name, 0));
    }

    internal Greeting Greet(long linksLost, int withheldBytes, SessionMemory? session = null) => new(
        Greeting.CurrentVersion,
        System.Node,
        System.Incarnation,
        Options.Transport.BulkWindowBytes,
        Options.Limits.MaxMessageBytes,
        Options.Limits.MaxStreams,
        linksLost,
        session,
        _types)
    { MaxFrameBytes = Options.Limits.MaxFrameBytes, WithheldBytes = withheldBytes, GrantBytes = IncomingCredit.GrantBytes(Options.Transport.BulkWindowBytes) };

    /// <summary>Whether a node may be connected at all: null, or why not.</summary>
    internal Refusal? FindRefusal(Greeting greeting, PeerIdentity? peer)
    {
        if (greeting.Node == System.Node)
        {
            return FindNamesake(greeting);
        }

        foreach ((int id, uint nameHash) in greeting.Types)
        {
            if (Options.Registry.TryGet(id, out MessageCodec? codec) && codec.NameHash != nameHash)
            {
                return new Refusal(
                    RefusalCode.Registry, System.Node, $"Message type {id} is {codec.Type.Name} on {System.Node} and another on {greeting.Node}: run the same release on both.");
            }
        }

        return Options.Admit?.Invoke(greeting.Node, peer) is { } reason
            ? new Refusal(RefusalCode.NotAdmitted, System.Node, reason)
            : null;
    }

    /// <summary>Who dials bears this node's id. Of two processes the later one is told that the name is taken; the former may yet stay.</summary>
    private Refusal FindNamesake(Greeting greeting) => greeting.Incarnation == System.Incarnation
        ? new Refusal(RefusalCode.Itself, System.Node, $"Both nodes call themselves {System.Node}, and began at once: it has dialled itself, or two processes need ids of their own.")
        : new Refusal(
            greeting.Incarnation > System.Incarnation ? RefusalCode.NameTaken : RefusalCode.SameNode,
            System.Node,
            $"Both nodes call themselves {System.Node}: give each an id of its own.");

    /// <summary>A node greets this one: a connection may wait for its Ready, unless there is a refusal. State towards the node is made if there is none.</summary>
    internal Refusal? BeginHalfOpen(Greeting greeting, PeerIdentity? peer, out Endpoint? endpoint)
    {
        lock (_sync)
        {
            if (!_endpoints.TryGetValue(greeting.Node, out endpoint))
            {
                if (_closed || (_endpoints.Count >= Options.Limits.MaxConnections && !TryForgetOne()))
                {
                    return new Refusal(RefusalCode.TooMany, System.Node, $"{System.Node} takes no more than {Options.Limits.MaxConnections} nodes, or is closing.");
                }

                endpoint = new Endpoint(this, greeting.Node, greeting.Node);
                _endpoints[greeting.Node] = endpoint;
            }

            return endpoint.BeginHalfOpen(greeting, peer);
        }
    }

    /// <summary>A connection is half open no more. A stranger that only greeted leaves nothing behind.</summary>
    internal void EndHalfOpen(Endpoint endpoint)
    {
        bool isForgotten;
        lock (_sync)
        {
            isForgotten = endpoint.EndHalfOpen() && _endpoints.TryRemove(new KeyValuePair<string, Endpoint>(endpoint.Name, endpoint));
        }

        if (isForgotten)
        {
            endpoint.LeaveAsStranger();
        }
    }

    /// <summary>An endpoint made by address has learnt its node's id: it becomes that node's, or gives way to one that is already.</summary>
    internal Endpoint Adopt(Endpoint endpoint, string node)
    {
        if (endpoint.Node is { } former && former != node)
        {
            throw new HandshakeRefusedException(
                new Refusal(RefusalCode.SameNode, node, $"{node} answers where {former} was: another node has taken its address."));
        }

        Endpoint known;
        lock (_sync)
        {
            // Those that are known are being closed. Another one's link would outlive the system, which waits for its end.
            if (_closed && !_endpoints.ContainsKey(node))
            {
                throw new IOException($"{System.Node} is closing.");
            }

            known = _endpoints.GetOrAdd(node, endpoint);
            known.IsDialled = true;
        }

        if (known != endpoint)
        {
            endpoint.RedirectTo(known);
        }

        return known;
    }

    /// <summary>Makes room by forgetting a node that is gone; one that this node dials is never forgotten.</summary>
    private bool TryForgetOne()
    {
        foreach ((string node, Endpoint endpoint) in _endpoints)
        {
            if (endpoint.IsForgettable && !endpoint.IsDialled)
            {
                Interlocked.Exchange(ref _strangersSession, System.NextUid());
                return _endpoints.TryRemove(node, out _);
            }
        }

        return false;
    }

    /// <summary>An actor of a third node; nobody if that node was never connected.</summary>
    internal ActorRef Resolve(ActorPath path) =>
        _endpoints.TryGetValue(path.Node, out Endpoint? endpoint) ? new RemoteActorRef(endpoint, path) : new NobodyRef(System, path);

    internal void CountSent(long bytes) => Interlocked.Add(ref _bytesSent, bytes);

    internal void OnSent(TimeSpan queued) => _queueTime.Record(queued.TotalSeconds);

    internal void CountReceived(long bytes) => Interlocked.Add(ref _bytesReceived, bytes);

    /// <summary>Counts and explains a refusal.</summary>
    internal void OnRefused(string address, RefusalCause cause, string reason)
    {
        Interlocked.Increment(ref _refused);
        _refusals.Add(1, new KeyValuePair<string, object?>("cause", cause.Name()));
        if (_refusalLines.TryTake(out long unsaid))
        {
            if (cause == RefusalCause.Broken)
            {
                // Nobody was refused: of two nodes that dial each other at once one hangs up.
                Diagnostics.Log.WentAway(Log, address, reason, unsaid);
            }
            else
            {
                Diagnostics.Log.Refused(Log, address, reason, unsaid);
            }
        }

        System.Events.Publish(new PeerRefused(address, cause, reason));
    }

    /// <summary>Counts a connection that has to wait to be let in.</summary>
    internal void OnPaced() => _paced.Add(1);

    /// <summary>No more than <see cref="RemotingLimits.MaxConnections"/>: those that are connected, and those for which something still waits.</summary>
    private IEnumerable<Measurement<long>> ReadQueued()
    {
        foreach ((string node, Endpoint endpoint) in _endpoints)
        {
            long held = endpoint.Outbox.HeldBytes;
            if (held > 0 || endpoint.Link is not null)
            {
                yield return new Measurement<long>(held, new KeyValuePair<string, object?>("to", node));
            }
        }
    }

    private uint HashOf(int typeId) =>
        Options.Registry.TryGet(typeId, out MessageCodec? codec) ? codec.NameHash : 0;
}
