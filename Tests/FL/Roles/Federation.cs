using FedActors.Actors;
using FedActors.Actors.Middleware;
using FedActors.Actors.Remoting;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.Storage.Residuals;
using FedActors.Storage.Training;

namespace FedActors.Tests.FL.Roles;

/// <summary>Every role on a node of its own, as in processes of their own: started, killed without a goodbye and started again one by one.</summary>
internal sealed class Federation(ITransport network, Func<ITrainingStore> openStore, FederationOptions options, TinyData data) : IAsyncDisposable
{
    public const string Provider = "provider";
    public const string Aggregator = "aggregator";
    public const string Evaluator = "evaluator";

    private readonly Dictionary<string, (ActorSystem System, CuttableTransport Transport)> _nodes = [];
    private TransportAddress _address = new("127.0.0.1", 0);
    private ITrainingStore? _store;
    private readonly Dictionary<string, MemoryResidualStore> _residuals = new(StringComparer.Ordinal);
    private long _incarnation;

    public Federation(ITransport network, ITrainingStore store, FederationOptions options, TinyData data)
        : this(network, () => new FaultyStore(store) { StaysOpen = true }, options, data)
    {
    }

    public RecordingObserver Observer { get; } = new();

    /// <summary>Called for every message that a node's actor is about to handle, with the node's role.</summary>
    public Action<string, object> OnMessage { get; set; } = static (_, _) => { };

    /// <summary>Where workers train.</summary>
    public TaskScheduler Training { get; init; } = TaskScheduler.Default;

    /// <summary>Completes with the run; of the provider that was started last.</summary>
    public RunCompletion Completion { get; private set; } = new();

    public IEnumerable<string> Workers => data.Manifest.Sites.Select(site => site.Name);

    public IEnumerable<string> Roles => [Provider, Aggregator, Evaluator, .. Workers];

    /// <summary>Where the provider listens.</summary>
    public TransportAddress ProviderAddress => _address;

    public ActorSystem SystemOf(string role) => _nodes[role].System;

    public async Task StartAllAsync()
    {
        foreach (string role in Roles)
        {
            await StartAsync(role);
        }
    }

    public async Task StartAsync(string role)
    {
        CuttableTransport transport = new(network);
        ActorSystem system = new(new ActorSystemOptions
        {
            Node = $"node-{role}",
            Incarnation = ++_incarnation,
            ReceiveMiddleware = [Tap(role)],
            Remoting = new RemotingOptions
            {
                Transport = transport,
                Registry = CoordinatedProtocol.Register(new MessageRegistryBuilder()).Build(),
                ReconnectGrace = TimeSpan.FromMilliseconds(100),
                MinReconnectDelay = TimeSpan.FromMilliseconds(10),
                MaxReconnectDelay = TimeSpan.FromMilliseconds(50),
                DrainTimeout = TimeSpan.FromSeconds(2),
            },
        });
        _nodes.Add(role, (system, transport));
        if (role == Provider)
        {
            Completion = new RunCompletion();
            _store = openStore();
            _address = await system.Remote.ListenAsync(_address);
            system.Spawn(
                CoordinatedRoles.Provider(new ProviderSetup { Options = options, Store = _store, Data = "tiny", Observer = Observer, Completion = Completion }),
                CoordinatedRoles.ProviderName);
            return;
        }

        system.Spawn(Member(role, system.Remote.Connect(_address).ActorOf(CoordinatedRoles.ProviderName)), role);
    }

    /// <summary>Ends a node as kill -9 does.</summary>
    public async Task KillAsync(string role)
    {
        (ActorSystem system, CuttableTransport transport) = _nodes[role];
        transport.Cut();
        _nodes.Remove(role);
        await system.DisposeAsync();
        if (role == Provider)
        {
            _store!.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (string role in _nodes.Keys.ToArray())
        {
            await KillAsync(role);
        }
    }

    private Props Member(string role, ActorRef provider) => role switch
    {
        Aggregator => CoordinatedRoles.Aggregator(Quick(new AggregatorSetup { MemberId = role, Provider = provider })),
        Evaluator => CoordinatedRoles.Evaluator(Quick(new EvaluatorSetup
        {
            MemberId = role, Provider = provider, Specification = TinyData.Model, Data = data.LoadEvaluation(),
        })),
        _ => CoordinatedRoles.Worker(Quick(new WorkerSetup
        {
            MemberId = role, Provider = provider, Site = role, Specification = TinyData.Model, Data = data.LoadSite(role),
            Moments = FeatureMoments.Of(data.LoadSite(role)), Training = Training, Residuals = ResidualsOf(role),
        })),
    };

    // A site's disk, which outlives its process.
    private MemoryResidualStore ResidualsOf(string role)
    {
        _residuals.TryAdd(role, new MemoryResidualStore());
        return _residuals[role];
    }

    private static T Quick<T>(T setup)
        where T : MemberSetup => setup with
        {
            RegistrationTimeout = TimeSpan.FromMilliseconds(500), RegistrationDelay = TimeSpan.FromMilliseconds(20), MaxRegistrationDelay = TimeSpan.FromMilliseconds(200),
        };

    private ReceiveMiddleware Tap(string role) => next => (context, envelope) =>
    {
        OnMessage(role, envelope.Message);
        return next(context, envelope);
    };
}
