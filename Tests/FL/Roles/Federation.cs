using FedActors.Actors;
using FedActors.Actors.Middleware;
using FedActors.Actors.Remoting;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Models;
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
    private readonly Dictionary<string, TransportAddress> _combiners = [];
    private readonly ModelSpecification _model = data.Manifest.Specify(options.Training.Model);
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

    /// <summary>Called for every message that a node sends, with the node's role; what it returns is sent in its place.</summary>
    public Func<string, object, object> OnSend { get; set; } = static (_, message) => message;

    /// <summary>For a worker or a combiner the combiners where it registers, in order and before the provider. They are started in the order in which they are named.</summary>
    public IReadOnlyDictionary<string, string[]> Through { get; init; } = new Dictionary<string, string[]>();

    /// <summary>What nodes hold and send.</summary>
    public RemotingLimits Limits { get; init; } = RemotingLimits.Default;

    /// <summary>Where workers train.</summary>
    public TaskScheduler Training { get; init; } = TaskScheduler.Default;

    /// <summary>How long a member waits for its admission before it goes another way.</summary>
    public TimeSpan RegistrationTimeout { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Completes with the run; of the provider that was started last.</summary>
    public RunCompletion Completion { get; private set; } = new();

    public IEnumerable<string> Workers => data.Manifest.Sites.Select(site => site.Name);

    public IEnumerable<string> Combiners => Through.Values.SelectMany(names => names).Distinct().Order(StringComparer.Ordinal);

    public IEnumerable<string> Roles => [Provider, Aggregator, Evaluator, .. Combiners, .. Workers];

    /// <summary>Where the provider listens.</summary>
    public TransportAddress ProviderAddress => _address;

    /// <summary>Where a combiner listens.</summary>
    public TransportAddress AddressOf(string combiner) => _combiners[combiner];

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
            SendMiddleware = [MessageMiddleware.TransformSent(message => OnSend(role, message))],
            Remoting = new RemotingOptions
            {
                Transport = transport,
                Limits = Limits,
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

        TransportAddress[] ways = [.. Through.GetValueOrDefault(role, []).Select(name => _combiners[name]), _address];
        ActorRef[] above = [.. ways.Select(way => system.Remote.Connect(way).ActorOf(CoordinatedRoles.ProviderName))];
        bool isCombiner = Combiners.Contains(role);
        if (isCombiner)
        {
            _combiners[role] = await system.Remote.ListenAsync(_combiners.GetValueOrDefault(role, new TransportAddress("127.0.0.1", 0)));
        }

        system.Spawn(Member(role, above[0], [.. above[1..].Select(way => (Func<ActorRef>)(() => way))]), isCombiner ? CoordinatedRoles.ProviderName : role);
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

    /// <summary>Cuts a node's way to the provider and no other.</summary>
    public void CutOff(string role) => _nodes[role].Transport.CutFrom(_address);

    public async ValueTask DisposeAsync()
    {
        foreach (string role in _nodes.Keys.ToArray())
        {
            await KillAsync(role);
        }
    }

    private Props Member(string role, ActorRef provider, IReadOnlyList<Func<ActorRef>> others) => role switch
    {
        _ when Combiners.Contains(role) => CoordinatedRoles.Combiner(Quick(new CombinerSetup
        {
            MemberId = role, Provider = provider, Others = others, Patience = TimeSpan.FromSeconds(1),
        })),
        Aggregator => CoordinatedRoles.Aggregator(Quick(new AggregatorSetup { MemberId = role, Provider = provider })),
        Evaluator => CoordinatedRoles.Evaluator(Quick(new EvaluatorSetup
        {
            MemberId = role, Provider = provider, Specification = _model, Data = data.LoadEvaluation(),
        })),
        _ => CoordinatedRoles.Worker(Quick(new WorkerSetup
        {
            MemberId = role, Provider = provider, Others = others, Site = role, Specification = _model, Data = data.LoadSite(role),
            Moments = FeatureMoments.Of(data.LoadSite(role)), Training = Training, Residuals = ResidualsOf(role),
        })),
    };

    // A site's disk, which outlives its process.
    private MemoryResidualStore ResidualsOf(string role)
    {
        _residuals.TryAdd(role, new MemoryResidualStore());
        return _residuals[role];
    }

    private T Quick<T>(T setup)
        where T : MemberSetup => setup with
        {
            RegistrationTimeout = RegistrationTimeout, RegistrationDelay = TimeSpan.FromMilliseconds(20), MaxRegistrationDelay = TimeSpan.FromMilliseconds(200),
        };

    private ReceiveMiddleware Tap(string role) => next => (context, envelope) =>
    {
        OnMessage(role, envelope.Message);
        return next(context, envelope);
    };
}
