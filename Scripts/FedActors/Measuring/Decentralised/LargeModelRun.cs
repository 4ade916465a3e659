using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Tcp;
using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Gossip;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.Scripts.Measuring.Transport;
using FedActors.Storage.Gossip;

namespace FedActors.Scripts.Measuring.Decentralised;

/// <summary>Peers in this process that gossip over loopback TCP, each with a store on the disk, whose models are large; and pings over the same connections.</summary>
internal sealed class LargeModelRun : IPeerObserver, IAsyncDisposable
{
    private const int ShownTurns = 8;
    private const string EchoName = "echo";

    /// <summary>What beside a ping makes it one beside bodies: far more than all other traffic together.</summary>
    private const long MuchBytes = 100_000;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly WideSites _data;
    private readonly int _rounds;
    private readonly TimeSpan _idle;
    private readonly TimeProvider _time;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fedactors-bench-");
    private readonly TurnTimes _turns = new();
    private readonly List<ActorSystem> _systems = [];
    private readonly List<IDisposable> _held = [];
    private readonly Dictionary<string, string?> _agreed = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _allAgree = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _sync = new();

    public LargeModelRun(int peers, int rounds, int megabytes, TimeSpan idle, TimeProvider time)
    {
        _idle = idle;
        _data = new WideSites(peers, megabytes);
        _rounds = rounds;
        _time = time;
    }

    private int Peers => _data.Manifest.Sites.Count;

    /// <summary>Runs until all hold one mean.</summary>
    public async Task<LargeModelReport> RunAsync(CancellationToken cancellationToken)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long began = _time.GetTimestamp();
        List<TransportAddress> addresses = [];
        foreach (SiteFile site in _data.Manifest.Sites)
        {
            addresses.Add(await StartAsync(site.Name, [.. addresses.Take(1)], cancellationToken).ConfigureAwait(false));
        }

        var pings = new List<(double Milliseconds, long Bytes)>();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task pinging = PingAsync(_systems[^1], _systems[^1].Remote.Connect(addresses[0]).ActorOf(EchoName), pings, ended.Token);
        await _allAgree.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        TimeSpan took = _time.GetElapsedTime(began);
        long sent = _systems.Sum(system => system.Remote.BytesSent);
        await ended.CancelAsync().ConfigureAwait(false);
        await pinging.ConfigureAwait(false);
        double? rate = _idle > TimeSpan.Zero ? await IdleAsync(cancellationToken).ConfigureAwait(false) : null;
        long held = GC.GetTotalMemory(forceFullCollection: true) - before;
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return new LargeModelReport(
            Peers, _rounds, _data.ModelBytes, took, sent, rate, [.. pings.Select(ping => ping.Milliseconds).Order()],
            [.. pings.Where(ping => ping.Bytes > MuchBytes).Select(ping => ping.Milliseconds).Order()], held, process.PeakWorkingSet64, _turns.Longest(ShownTurns));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ActorSystem system in _systems)
        {
            await system.DisposeAsync().ConfigureAwait(false);
        }

        _held.ForEach(held => held.Dispose());
        _folder.Delete(recursive: true);
    }

    public void OnStatus(PeerStatus status)
    {
        lock (_sync)
        {
            _agreed[status.Peer] = status.IsAgreed ? status.ParameterHash : null;
            if (_agreed.Count == Peers && _agreed.Values.All(hash => hash is not null) && _agreed.Values.Distinct().Count() == 1)
            {
                _allAgree.TrySetResult();
            }
        }
    }

    public void OnRound(PeerRound round)
    {
    }

    public void OnMember(string peer, MemberChange change)
    {
    }

    public void OnTrouble(string peer, string text) => _allAgree.TrySetException(new InvalidOperationException($"{peer}: {text}"));

    private async Task<TransportAddress> StartAsync(string peer, IReadOnlyList<TransportAddress> seeds, CancellationToken cancellationToken)
    {
        var system = new ActorSystem(new ActorSystemOptions
        {
            Node = peer,
            Time = _time,
            ReceiveMiddleware = [_turns.Measure],
            Remoting = new RemotingOptions
            {
                Transport = new TcpTransport(new TcpTransportOptions { Time = _time }),
                Registry = GossipProtocol.Register(new MessageRegistryBuilder().Add<Ball>()).Build(),
            },
        });
        _systems.Add(system);
        TransportAddress address = await system.Remote.ListenAsync(new TransportAddress("127.0.0.1", 0), cancellationToken).ConfigureAwait(false);
        system.Spawn(Props.Create(static () => new Echo()), EchoName);
        DataSet data = _data.LoadSite(peer);
        var store = new SqliteGossipStore(new GossipStoreOptions { Path = Path.Combine(_folder.FullName, $"{peer}.db") });
        var threads = new TrainingThreads(Environment.ProcessorCount);
        var bodies = new TrainingThreads(2);
        _held.AddRange([bodies, threads, store]);
        system.Spawn(
            GossipRoles.Peer(new PeerSetup
            {
                PeerId = peer,
                Site = peer,
                Specification = _data.Manifest.Specify(ModelSpecification.Softmax),
                Data = data,
                Moments = FeatureMoments.Of(data),
                Store = store,
                Address = address,
                Seeds = seeds,
                Options = new PeerOptions
                {
                    Training = new TrainingOptions { Rounds = _rounds, LocalEpochs = 1 },
                    Gossip = new GossipOptions { Peers = Peers, PublicationInterval = TimeSpan.FromMinutes(1), ConvergenceEps = 0, MaxResidentBytes = 4 * Peers * _data.ModelBytes },
                },
                Observer = this,
                Training = threads,
                Bodies = bodies,
            }),
            GossipRoles.PeerName);
        return address;
    }

    /// <summary>What a peer sends when there are no news any more, in bytes a second.</summary>
    private async Task<double> IdleAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Settling, _time, cancellationToken).ConfigureAwait(false);
        long before = _systems.Sum(system => system.Remote.BytesSent);
        long began = _time.GetTimestamp();
        await Task.Delay(_idle, _time, cancellationToken).ConfigureAwait(false);
        return (_systems.Sum(system => system.Remote.BytesSent) - before) / _time.GetElapsedTime(began).TotalSeconds / Peers;
    }

    /// <summary>Pings, each when the one before is answered and a few milliseconds have passed.</summary>
    private async Task PingAsync(ActorSystem from, ActorRef echo, List<(double Milliseconds, long Bytes)> pings, CancellationToken ended)
    {
        long before = Moved(from);
        while (!ended.IsCancellationRequested)
        {
            long asked = _time.GetTimestamp();
            await echo.AskAsync<Ball>(new Ball(1), Deadline, CancellationToken.None).ConfigureAwait(false);
            long moved = Moved(from);
            pings.Add((_time.GetElapsedTime(asked).TotalMilliseconds, moved - before));
            before = moved;
            await Task.Delay(Pause, _time, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static long Moved(ActorSystem node) => node.Remote.BytesSent + node.Remote.BytesReceived;
}
