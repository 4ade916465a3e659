using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using Microsoft.Extensions.Logging;

namespace FedActors.Actors.Remoting;

/// <summary>State towards one remote node, across its connections: what waits to be sent, who watches whom, which life of the node is known.</summary>
/// <remarks>
/// Invariant: at most one link at a time, and the outbox is drained by that link only. While there is none, messages wait for the
/// grace; after it they are dead letters and watchers are told, and new messages are refused until the node is back.
/// </remarks>
internal sealed partial class Endpoint : IActorRefResolver
{
    private readonly RemoteSystem _remote;
    private readonly Lock _sync = new();
    private readonly string _provisionalName;
    private readonly WatchTable _watches;
    private readonly SetAsideMessages _setAside;
    private TaskCompletionSource<string> _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<TaskCompletionSource<string>>? _connectedElsewhere;
    private Link? _link;
    private volatile Endpoint? _redirect;
    private ITimer? _grace;
    private long _graceNumber;
    private TaskCompletionSource? _told;
    private int _tellings;
    private ITimer? _longTelling;
    private bool _unreachable;
    private bool _closed;
    private long _incarnation;
    private long _linksLost;
    private long _peerLinksLost;
    private int _shortLinks;
    private int _crossed;
    private long _session;
    private long _peerSession;
    private long _received;
    private int _halfOpen;
    private bool _graceExtended;
    private PeerIdentity? _identity;
    private long _bytesSent;
    private long _bytesReceived;
    private long _watchChangeBytes;

    /// <param name="remote">The system's remoting.</param>
    /// <param name="node">The node's id, or null if only its address is known.</param>
    /// <param name="provisionalName">What the node is called until its id is known.</param>
    public Endpoint(RemoteSystem remote, string? node, string provisionalName)
    {
        _remote = remote;
        _provisionalName = provisionalName;
        Node = node;
        Log = remote.Log;
        _session = node is null ? remote.System.NextUid() : remote.StrangersSession;
        _watches = new WatchTable(remote.Options.Limits);
        Unhandled = new UnhandledBytes(remote.Options.Limits.MaxUnhandledBytes, remote.Unhandled, OnRoom);
        _setAside = new SetAsideMessages(System, remote.Options.DeliveryTimeout, remote.Options.Limits.MaxSetAsideBytes);
        Outbox = new Outbox(remote.Options.Registry, remote.Options.Limits, remote.Budget, remote.System.Time, isAwaited => _link?.Wake(isAwaited), remote.Waits);
        StartGrace(remote.Options.ConnectGrace);
    }

    /// <summary>The node's id, once known.</summary>
    public string? Node { get; private set; }

    /// <summary>The node's id or address, for people.</summary>
    public string Name => Node ?? _provisionalName;

    public ActorSystem System => _remote.System;

    public ILogger Log { get; }

    public Outbox Outbox { get; }

    public VectorPool Vectors => _remote.Vectors;

    /// <summary>Large messages from there that no actor has handled yet, over whichever connection they came.</summary>
    public UnhandledBytes Unhandled { get; }

    /// <summary>Bytes of a new connection's window that the node is not granted yet: all of it while there is no room for its large messages.</summary>
    public int WindowToWithhold => Unhandled.HasRoom ? 0 : _remote.Options.Transport.BulkWindowBytes;

    /// <summary>What the other side calls actors by in this session.</summary>
    public IncomingNames Names { get; } = new();

    public long BytesSent => Interlocked.Read(ref _bytesSent);

    public long BytesReceived => Interlocked.Read(ref _bytesReceived);

    /// <summary>The connection in use, or null.</summary>
    public Link? Link => _redirect?.Link ?? _link;

    /// <summary>Whether this node dials it, and so never forgets it. Set under the system's lock.</summary>
    public bool IsDialled { get; set; }

    /// <summary>Whether nothing is known of the node any more, so that it may be forgotten.</summary>
    public bool IsForgettable
    {
        get
        {
            lock (_sync)
            {
                // One that greets again at this moment is about to have a link, which nobody would find, or close, any more. And while somebody
                // is being told of its loss, nobody may be told of its next connection, which would be another endpoint's.
                return _unreachable && _link is null && _halfOpen == 0 && _tellings == 0;
            }
        }
    }

    /// <summary>Connections with this node that have ended.</summary>
    public long LinksLost => Interlocked.Read(ref _linksLost);

    /// <summary>Frames that have arrived in the session. Counted by the one loop that receives.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>Completes with the node's id when it is connected.</summary>
    public Task<string> WhenConnected
    {
        get
        {
            lock (_sync)
            {
                return _redirect?.WhenConnected ?? _connected.Task;
            }
        }
    }

    public DeliveryResult Offer(RemoteActorRef target, in Envelope envelope)
    {
        if (_redirect is { } other)
        {
            return other.Offer(target, envelope);
        }

        DeliveryResult result = _unreachable || _closed ? DeliveryResult.Unreachable : Outbox.Offer(target, envelope);

        // The node may have turned out to be another endpoint's just now; its outbox was then shut after this had looked.
        return result == DeliveryResult.Unreachable && _redirect is { } now ? now.Offer(target, envelope) : result;
    }

    public async ValueTask<DeliveryResult> OfferAsync(RemoteActorRef target, Envelope envelope, CancellationToken cancellationToken)
    {
        if (_redirect is { } other)
        {
            return await other.OfferAsync(target, envelope, cancellationToken);
        }

        DeliveryResult result = _unreachable || _closed ? DeliveryResult.Unreachable : await Outbox.OfferAsync(target, envelope, cancellationToken);
        return result == DeliveryResult.Unreachable && _redirect is { } now ? await now.OfferAsync(target, envelope, cancellationToken) : result;
    }

    public ActorRef Resolve(ActorPath path)
    {
        if (path.Node == System.Node)
        {
            return System.ResolveLocal(path);
        }

        return path.Node == Node ? new RemoteActorRef(this, path) : _remote.Resolve(path);
    }

    /// <summary>The other side gives an actor a number.</summary>
    public void OnName(in NameFrame frame)
    {
        if (frame.Side == NamedSide.Reader)
        {
            Names.AddTarget(frame.Number, new NamedTarget(System, new ActorPath(System.Node, frame.Name, frame.Uid)));
        }
        else
        {
            Names.AddSender(frame.Number, new RemoteActorRef(this, new ActorPath(Name, frame.Name, frame.Uid)));
        }
    }

    /// <summary>Whom the other side means by a number: an actor of its own, or a question.</summary>
    public ActorRef SenderOf(long number) => number < 0 ? new RemoteActorRef(this, -number) : Names.Sender(number);

    public void OnUnknownType(int typeId, string target, ActorRef? sender)
    {
        _remote.OnRefused(Name, RefusalCause.UnknownType, $"a message of type {typeId}, which this node does not know, came for {target}");
        sender?.FailQuestion(new AskFailedException($"{System.Node} does not know messages of type {typeId}: register it there, or run the same release on both nodes."));
    }

    /// <summary>A message's own reader refuses its bytes. Who asked hears of it, by the next connection: this one is to end.</summary>
    /// <returns>What it ends with.</returns>
    public ProtocolException OnUnreadable(Type message, ActorRef target, ActorRef? sender, ProtocolException error)
    {
        var failure = new AskFailedException($"{System.Node} cannot read {message.Name}: {error.Message} What its Write writes its Read must read, in one release of both nodes.", error);
        target.FailQuestion(failure);
        sender?.FailQuestion(failure);
        return new ProtocolException($"{message.Name} for {target.Path.Name} cannot be read: {error.Message}", error);
    }

    /// <summary>A frame of the session is done with. One that a broken connection cut off before that is sent again.</summary>
    public void CountArrived() => Volatile.Write(ref _received, _received + 1);

    public void OnProtocolError(string address, ProtocolException error) => _remote.OnRefused($"{Name} at {address}", RefusalCause.Malformed, error.Message);

    public void OnTrickling(string address, string reason) => _remote.OnRefused($"{Name} at {address}", RefusalCause.Trickling, reason);

    public void OnUnread(string address, string reason) => _remote.OnRefused($"{Name} at {address}", RefusalCause.Unread, reason);

    public void CountSent(long bytes)
    {
        Interlocked.Add(ref _bytesSent, bytes);
        _remote.CountSent(bytes);
    }

    /// <summary>A batch of which the first message was told at <paramref name="since"/> is on its way.</summary>
    public void OnSent(long since) => _remote.OnSent(System.Time.GetElapsedTime(since));

    public void CountReceived(long bytes)
    {
        Interlocked.Add(ref _bytesReceived, bytes);
        _remote.CountReceived(bytes);
    }

    /// <summary>Who awaits the connection of an endpoint that gave way to this one is told of this one's.</summary>
    private void TellOfConnection(TaskCompletionSource<string> awaited)
    {
        lock (_sync)
        {
            if (_connected.Task.IsCompleted)
            {
                awaited.TrySetResult(Name);
            }
            else
            {
                (_connectedElsewhere ??= []).Add(awaited);
            }
        }
    }
}
