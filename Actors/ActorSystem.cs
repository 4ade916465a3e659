using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using FedActors.Actors.Cells;
using FedActors.Actors.Diagnostics;
using FedActors.Actors.Middleware;
using FedActors.Actors.Numerics;
using FedActors.Actors.Remoting;
using FedActors.Actors.Scheduling;
using Microsoft.Extensions.Logging;

namespace FedActors.Actors;

/// <summary>A node: its actors, its clock, its links to other nodes.</summary>
public sealed class ActorSystem : IAsyncDisposable
{
    // A million actors for each millisecond of an incarnation's age: uids stay apart even if a node restarts at once.
    private const int UidBitsOfIncarnation = 20;

    private readonly ActorSystemOptions _options;
    private readonly ConcurrentDictionary<string, ActorCell> _cells = new();
    private readonly QuestionTable _questions = new();
    private readonly TaskCompletionSource _terminated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ClosableLoop _stopping;
    private readonly ActorCell _root;
    private readonly SendHandler? _send;
    private readonly ILogger _log;
    private readonly RemoteSystem? _remote;
    private Exception? _failure;
    private long _uid;
    private long _handledByEnded;
    private long _handledTold;

    /// <summary>Starts a node.</summary>
    /// <exception cref="ArgumentException">Its name is none, or the times of its <see cref="ActorSystemOptions.Remoting"/> do not fit together; the message says which.</exception>
    public ActorSystem(ActorSystemOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ActorPath.ThrowIfInvalidName(options.Node);
        options.Remoting?.ThrowIfUnfit(options.Node);
        _options = options;
        Deadlines = new QuestionDeadlines(options.Time);
        Incarnation = options.Incarnation ?? options.Time.GetUtcNow().ToUnixTimeMilliseconds();

        // Uids of different incarnations must differ, so that no reference to a former life finds a bearer in this one.
        _uid = (Incarnation << UidBitsOfIncarnation) & long.MaxValue;
        _log = options.LoggerFactory.CreateLogger("FedActors.Actors");
        Events = new EventStream(_log);
        Jitter = new JitterStream(options.Seed);
        Meter = new ActorMeter(options.Meters, Node, () => _cells.Count, CountQueued, CountHandled);
        DeadLetters = new DeadLetterOffice(Events, Meter, _log, options.Time);
        _send = Fold(options.SendMiddleware);
        _stopping = new ClosableLoop(StopOnceAsync);
        _root = new ActorCell(this, null, RootProps(options), new ActorPath(Node, "$root", NextUid()));
        _root.SendSystem(SystemMessage.Start.Instance);
        if (options.Remoting is { } remoting)
        {
            _remote = new RemoteSystem(this, remoting);

            // Behind the end of all: who awaits a connection may, before it gives the thread back, wait for the end itself.
            _ = _stopping.Completion.ContinueWith(_ => _remote.EndWaits(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    /// <summary>The node's id.</summary>
    public string Node => _options.Node;

    /// <summary>Tells this life of the node from its former ones.</summary>
    public long Incarnation { get; }

    /// <summary>The clock of everything in the system.</summary>
    public TimeProvider Time => _options.Time;

    /// <summary>Makes the node's meters, or null.</summary>
    public IMeterFactory? Meters => _options.Meters;

    /// <summary>The node's links to others.</summary>
    /// <exception cref="InvalidOperationException">The system was made without <see cref="ActorSystemOptions.Remoting"/>.</exception>
    public RemoteSystem Remote =>
        _remote ?? throw new InvalidOperationException($"{Node} was made without remoting: set {nameof(ActorSystemOptions)}.{nameof(ActorSystemOptions.Remoting)}.");

    /// <summary>Whether the node talks to others.</summary>
    public bool HasRemote => _remote is not null;

    /// <summary>What happens in the system.</summary>
    public EventStream Events { get; }

    /// <summary>Messages that reached nobody.</summary>
    public DeadLetterOffice DeadLetters { get; }

    /// <summary>Completes when the system has stopped; fails if a failure escalated past its top actors.</summary>
    public Task WhenTerminated => _terminated.Task;

    /// <summary>Time since some fixed instant. Setting the clock does not move it, unlike the time of day.</summary>
    internal DateTimeOffset SteadyNow => DateTimeOffset.UnixEpoch + Time.GetElapsedTime(0);

    internal ActorMeter Meter { get; }

    internal JitterStream Jitter { get; }

    internal QuestionDeadlines Deadlines { get; }

    internal ActorScheduler Scheduler => _options.Scheduler;

    internal IReadOnlyList<ReceiveMiddleware> ReceiveMiddleware => _options.ReceiveMiddleware;

    /// <summary>Makes a top actor.</summary>
    /// <param name="props">How it is made and lives.</param>
    /// <param name="name">Unique among the top actors.</param>
    /// <exception cref="InvalidOperationException">The name is taken, or the system is stopping.</exception>
    public ActorRef Spawn(Props props, string name) => _root.Spawn(props, name);

    /// <summary>The actor of this node with this full name, such as <c>provider</c> or <c>region/worker-a</c>, or null.</summary>
    public ActorRef? Find(string name) => _cells.TryGetValue(name, out ActorCell? cell) ? cell.Self : null;

    /// <summary>All actors of this node as a tree: what each is doing, what waits for it, how often it was restarted.</summary>
    /// <remarks>May be called from any thread, and at any time; it stops nobody.</remarks>
    /// <returns>The top actors' parent, which is the runtime's own, with all beneath it.</returns>
    public ActorSnapshot Describe() => _root.Describe();

    /// <summary>Ends an actor of this node after the message that it is handling. What is left in its mailbox becomes dead letters.</summary>
    /// <exception cref="ArgumentException">The actor is another node's.</exception>
    public void Stop(ActorRef actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (actor is not (LocalActorRef or NobodyRef))
        {
            throw new ArgumentException($"{actor} is not an actor of {Node}: ask it to stop with a message.", nameof(actor));
        }

        actor.SendSystem(SystemMessage.Stop.Instance);
    }

    /// <summary>Ends an actor of this node and awaits its end.</summary>
    public Task StopAndWaitAsync(ActorRef actor)
    {
        Stop(actor);
        return actor is LocalActorRef local ? local.Cell.Ended : Task.CompletedTask;
    }

    /// <summary>Ends all actors, children before parents, and then the system. Later calls await the same end.</summary>
    public Task StopAsync()
    {
        _stopping.Begin();
        return _stopping.Completion;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync();

    internal long NextUid() => Interlocked.Increment(ref _uid);

    internal ILogger CreateLogger(string actor) => _options.LoggerFactory.CreateLogger($"FedActors.Actors.{actor}");

    internal void Register(ActorCell cell) => _cells[cell.Self.Path.Name] = cell;

    /// <summary>A successor may bear the name already, so only the cell itself is taken out.</summary>
    internal void Unregister(ActorCell cell)
    {
        _cells.TryRemove(new(cell.Self.Path.Name, cell));
        Interlocked.Add(ref _handledByEnded, cell.Handled);
    }

    internal long EnterPromise(PromiseRef promise)
    {
        long uid = NextUid();
        _questions.Enter(uid, promise);
        return uid;
    }

    internal void RemovePromise(long uid, PromiseRef promise) => _questions.Remove(uid, promise);

    /// <summary>The bearer of a path on this node; a reference to nobody if there is none.</summary>
    internal ActorRef ResolveLocal(ActorPath path)
    {
        if (path.Name.StartsWith(PromiseRef.NamePrefix, StringComparison.Ordinal))
        {
            return ResolvePromise(path.Uid);
        }

        return _cells.TryGetValue(path.Name, out ActorCell? cell) && (path.Uid == 0 || cell.Self.Path.Uid == path.Uid)
            ? cell.Self
            : new NobodyRef(this, path);
    }

    /// <summary>The question of this node that has a number; a reference to nobody if it is settled.</summary>
    internal ActorRef ResolvePromise(long uid) =>
        (ActorRef?)_questions.Find(uid) ?? new NobodyRef(this, PromiseRef.PathOf(Node, uid));

    internal bool PassesSendMiddleware(ActorRef target, ref Envelope envelope) => _send is null || _send(target, ref envelope);

    /// <summary>A failure that no supervisor could deal with: the node ends and says why.</summary>
    internal void OnRootFailed(Exception failure)
    {
        Interlocked.CompareExchange(ref _failure, failure, null);
        _ = StopAsync();
    }

    private static Props RootProps(ActorSystemOptions options) =>
        Props.FromBehaviour(static (_, _) => ValueTask.CompletedTask) with { Supervisor = options.Supervisor };

    private static SendHandler? Fold(IReadOnlyList<SendMiddleware> middleware)
    {
        if (middleware.Count == 0)
        {
            return null;
        }

        SendHandler handler = static (ActorRef _, ref Envelope _) => true;
        return middleware.Reverse().Aggregate(handler, (next, wrap) => wrap(next));
    }

    /// <summary>A count that never falls, although an actor that ends leaves the table before it is added to those that have ended.</summary>
    private long CountHandled()
    {
        long now = Interlocked.Read(ref _handledByEnded) + _cells.Values.Sum(cell => cell.Handled);
        long told;
        while ((told = Interlocked.Read(ref _handledTold)) < now && Interlocked.CompareExchange(ref _handledTold, now, told) != told)
        {
        }

        return Math.Max(told, now);
    }

    private long CountQueued()
    {
        // Enumerated as they are: a copy of the values would hold up whoever spawns.
        long queued = 0;
        foreach ((_, ActorCell cell) in _cells)
        {
            queued += cell.Queued;
        }

        return queued;
    }

    private async Task StopOnceAsync()
    {
        try
        {
            await StopActorsAsync();

            // After the actors, so that what they said at their end is still sent.
            if (_remote is not null)
            {
                await _remote.CloseAsync();
            }
        }
        finally
        {
            // Whatever failed on the way, nobody may wait for this end for ever.
            Meter.Dispose();
            if (_failure is null)
            {
                _terminated.TrySetResult();
            }
            else
            {
                _terminated.TrySetException(_failure);
            }
        }
    }

    private async Task StopActorsAsync()
    {
        _root.SendSystem(SystemMessage.Stop.Instance);
        if (!await _root.Ended.EndOrLimitAsync(_options.StopTimeout, Time, CancellationToken.None))
        {
            Log.StopTimedOut(_log, Node, _options.StopTimeout);
        }
    }
}
