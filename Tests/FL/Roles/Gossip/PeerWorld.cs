using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Gossip;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.FL.Topologies;
using FedActors.Simulation.Kernel;
using FedActors.Simulation.Network;
using FedActors.Storage.Gossip;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Roles.Gossip;

/// <summary>Peers as they are shipped, each in a process on a machine of its own, in virtual time on the thread of the test.</summary>
internal sealed class PeerWorld : IDisposable
{
    public const int Port = 5210;

    private readonly EventQueue _queue = new();
    private readonly SimulatedNetwork _network;
    private readonly IFederatedData _data;
    private readonly Dictionary<string, Machine> _machines = [];
    private long _lives;

    public PeerWorld(int peers, PeerOptions? options = null, ulong seed = 1)
        : this(new TinyData(peers), options, seed)
    {
    }

    public PeerWorld(IFederatedData data, PeerOptions? options = null, ulong seed = 1)
    {
        _queue.Hold();
        _network = new SimulatedNetwork(_queue, seed, new PathConditions { Jitter = TimeSpan.FromMilliseconds(2) });
        _data = data;
        PeerOptions chosen = options ?? new PeerOptions { Training = new TrainingOptions { Rounds = 5, LocalEpochs = 1 } };
        Options = chosen with { Gossip = chosen.Gossip with { Peers = data.Manifest.Sites.Count } };
    }

    public PeerOptions Options { get; init; }

    public ITopology Topology { get; init; } = FedActors.FL.Topologies.Topology.Complete;

    /// <summary>How long a peer's training takes.</summary>
    public Func<string, TimeSpan> TrainingTime { get; set; } = _ => TimeSpan.FromMilliseconds(20);

    /// <summary>How long a peer works on a large body.</summary>
    public TimeSpan BodyTime { get; set; }

    /// <summary>Bytes above which a body is large; null for the usual.</summary>
    public int? LargeBodyBytes { get; init; }

    public TimeSpan Now => _queue.Now;

    public IReadOnlyList<string> Peers => [.. _data.Manifest.Sites.Select(site => site.Name)];

    /// <summary>Told of every message that a peer's actor is about to handle.</summary>
    public Action<object> OnReceived { get; set; } = static _ => { };

    public RecordingPeerObserver Observer { get; } = new();

    public CollectedLog Log { get; } = new();

    public IGossipStore StoreOf(string peer) => _machines[peer].Store;

    public PeerCompletion CompletionOf(string peer) => _machines[peer].Completion;

    public static TransportAddress AddressOf(string peer) => new(peer, Port);

    /// <summary>Starts all, each knowing the first only.</summary>
    public void StartAll()
    {
        foreach (string peer in Peers)
        {
            Start(peer, peer == Peers[0] ? [] : [Peers[0]]);
        }
    }

    /// <summary>Starts a peer's process, on its disk or on another one.</summary>
    public void Start(string peer, IReadOnlyList<string> seeds, IGossipStore? store = null, Func<PeerSetup, PeerSetup>? change = null, string? machineName = null)
    {
        string name = machineName ?? peer;
        if (!_machines.TryGetValue(name, out Machine? machine))
        {
            machine = new Machine(new SimulatedHost(_queue, name)) { Store = new MemoryGossipStore($"{_machines.Count:x32}") };
            _machines.Add(name, machine);
        }

        machine.Store = store ?? machine.Store;
        SimulatedProcess process = new(machine.Host);
        machine.Process = process;
        machine.Completion = new PeerCompletion();
        long life = ++_lives;
        process.Do(() =>
        {
            ActorSystem system = new(new ActorSystemOptions
            {
                Node = peer,
                Incarnation = life,
                Time = process.Clock,
                Scheduler = process.Scheduler,
                Meters = process.Meters,
                LoggerFactory = Log,
                ReceiveMiddleware = [next => (context, envelope) =>
                {
                    OnReceived(envelope.Message);
                    return next(context, envelope);
                }],
                Remoting = new RemotingOptions { Transport = _network.TransportOf(machine.Host, process), Registry = GossipProtocol.Register(new MessageRegistryBuilder()).Build() },
            });
            TransportAddress address = new(name, Port);
            system.Remote.ListenAsync(address).IsCompletedSuccessfully.Should().BeTrue();
            DataSet data = _data.LoadSite(peer);
            PeerSetup setup = new()
            {
                PeerId = peer, Site = peer, Specification = _data.Manifest.Specify(ModelSpecification.Softmax), Data = data, Moments = FeatureMoments.Of(data), Options = Options, Store = machine.Store,
                Address = address, Seeds = [.. seeds.Select(AddressOf)], Topology = Topology, Training = new SimulatedThreads(process, () => TrainingTime(name)),
                Bodies = new SimulatedThreads(process, () => BodyTime), Observer = Observer, Completion = machine.Completion,
            };
            setup = LargeBodyBytes is { } bytes ? setup with { LargeBodyBytes = bytes } : setup;
            machine.Actor = system.Spawn(GossipRoles.Peer(change?.Invoke(setup) ?? setup), GossipRoles.PeerName);
            machine.System = system;
            machine.Watcher = system.Spawn(
                Props.FromBehaviour((_, message) =>
                {
                    machine.Answer = ((GossipState)message).Status;
                    return ValueTask.CompletedTask;
                }),
                "watcher");
        });
    }

    /// <summary>Starts a reporter, on a node and a machine of its own.</summary>
    public void StartReporter(string node, IReporterObserver observer, TimeSpan interval)
    {
        SimulatedProcess process = new(new SimulatedHost(_queue, node));
        process.Do(() =>
        {
            ActorSystem system = new(new ActorSystemOptions
            {
                Node = node, Incarnation = ++_lives, Time = process.Clock, Scheduler = process.Scheduler, Meters = process.Meters,
                Remoting = new RemotingOptions { Transport = _network.TransportOf(process.Host, process), Registry = GossipProtocol.Register(new MessageRegistryBuilder()).Build() },
            });
            system.Remote.ListenAsync(AddressOf(node)).IsCompletedSuccessfully.Should().BeTrue();
            system.Spawn(GossipRoles.Reporter(new ReporterSetup { ReporterId = node, ReportInterval = interval, Observer = observer }), GossipRoles.ReporterName);
        });
    }

    /// <summary>Starts somebody who is no peer of ours, on a node and a machine of its own.</summary>
    /// <param name="node">The node's name.</param>
    /// <param name="target">The peer that it talks to.</param>
    /// <param name="behaviour">What it does about a message, given how to reach that peer; first it gets a <see cref="HostilePeerTests.Liar.Begin"/>.</param>
    public void StartOther(string node, string target, Action<ActorContext, object, ActorRef> behaviour)
    {
        SimulatedProcess process = new(new SimulatedHost(_queue, node));
        process.Do(() =>
        {
            ActorSystem system = new(new ActorSystemOptions
            {
                Node = node, Incarnation = ++_lives, Time = process.Clock, Scheduler = process.Scheduler, Meters = process.Meters,
                Remoting = new RemotingOptions { Transport = _network.TransportOf(process.Host, process), Registry = GossipProtocol.Register(new MessageRegistryBuilder()).Build() },
            });
            ActorRef peer = system.Remote.Connect(AddressOf(target)).ActorOf(GossipRoles.PeerName);
            ActorRef other = system.Spawn(
                Props.FromBehaviour((context, message) =>
                {
                    behaviour(context, message, peer);
                    return ValueTask.CompletedTask;
                }),
                GossipRoles.PeerName);
            other.Tell(new HostilePeerTests.Liar.Begin());
        });
    }

    /// <summary>Bytes that a peer's node has sent so far, frames and all.</summary>
    public long BytesSentBy(string peer) => _machines[peer].System!.Remote.BytesSent;

    /// <summary>Ends a peer's process between two instructions.</summary>
    public void Kill(string peer) => _machines[peer].Process!.Kill();

    public void Tell(string peer, object message) => _machines[peer].Process!.Do(() => _machines[peer].Actor!.Tell(message));

    /// <summary>Lets nothing through between two groups of machines.</summary>
    public void Cut(IReadOnlyList<string> one, IReadOnlyList<string> other)
    {
        foreach (string a in one)
        {
            foreach (string b in other)
            {
                _network.PathOf(a, b).Block();
                _network.PathOf(b, a).Block();
            }
        }
    }

    public void Heal(IReadOnlyList<string> one, IReadOnlyList<string> other)
    {
        foreach (string a in one)
        {
            foreach (string b in other)
            {
                _network.PathOf(a, b).Unblock();
                _network.PathOf(b, a).Unblock();
            }
        }
    }

    /// <summary>What a live peer says of itself.</summary>
    public PeerStatus StatusOf(string peer)
    {
        Machine machine = _machines[peer];
        machine.Answer = null;
        machine.Process!.Do(() => machine.Actor!.Tell(new PeerStatusRequest(), machine.Watcher));
        for (int step = 0; machine.Answer is null && step < 10_000; step++)
        {
            _queue.Step();
        }

        return machine.Answer ?? throw new InvalidOperationException($"{peer} does not answer.");
    }

    /// <summary>Lets time pass.</summary>
    public void Pass(TimeSpan time)
    {
        bool isOver = false;
        _queue.Schedule(time, () => isOver = true);
        while (!isOver)
        {
            _queue.Step();
        }
    }

    /// <summary>Lets time pass until something holds.</summary>
    /// <returns>How long it took.</returns>
    public TimeSpan PassUntil(Func<bool> condition, TimeSpan limit, string because)
    {
        TimeSpan began = Now;
        while (!condition())
        {
            if (Now - began >= limit)
            {
                throw new TimeoutException($"Not within {limit}: {because}. The last that was logged:\n{string.Join('\n', Log.Lines.TakeLast(30).Select(line => line.Text))}");
            }

            Pass(TimeSpan.FromMilliseconds(50));
        }

        return Now - began;
    }

    /// <summary>Whether all of these hold one final mean.</summary>
    public bool Agree(params IReadOnlyList<string> peers)
    {
        PeerStatus[] all = [.. (peers.Count == 0 ? Peers : peers).Select(StatusOf)];
        return all.All(status => status.IsSettled && status.ParameterHash == all[0].ParameterHash && status.RootHash == all[0].RootHash);
    }

    public void Dispose()
    {
        foreach (Machine machine in _machines.Values)
        {
            machine.Process?.Dispose();
        }

        Log.Dispose();
    }

    private sealed class Machine(SimulatedHost host)
    {
        public SimulatedHost Host { get; } = host;

        public required IGossipStore Store { get; set; }

        public SimulatedProcess? Process { get; set; }

        public ActorSystem? System { get; set; }

        public ActorRef? Watcher { get; set; }

        public PeerStatus? Answer { get; set; }

        public ActorRef? Actor { get; set; }

        public PeerCompletion Completion { get; set; } = new();
    }
}
