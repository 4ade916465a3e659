using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Memory;
using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.FL.Rounds;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Roles.Combining;

/// <summary>A combiner that can send no sum of what counts says so at once; all around it is played.</summary>
public sealed class CombinerLossTests : IAsyncDisposable
{
    private static readonly RoundKey Attempt = new("run1", 1, 1);
    private readonly MemoryTransport _network = new();
    private readonly List<ActorSystem> _systems = [];
    private readonly Probe _provider;
    private readonly ActorSystem _node;

    public CombinerLossTests()
    {
        _provider = new Probe(Node("top"), "provider");
        _node = Node("east");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ActorSystem system in _systems.AsEnumerable().Reverse())
        {
            await system.DisposeAsync();
        }
    }

    /// <summary>The worker whose update was lost with the combiner below had left that before; nobody failed the attempt, and the sum never came.</summary>
    [Fact]
    public async Task CombinerBelow_LostWithTheUpdateOfAWorkerThatHasMoved_SumFailsAtOnce()
    {
        ActorRef combiner = await StartAsync();
        ActorSystem below = Node("below");
        Probe west = new(below, "provider"), place = new(below, "place");
        ActorRef toEast = await WayAsync(_node, below);
        west.Tell(toEast, new RegisterCombiner("west", 1));
        await west.Expect<Registered>();
        ActorRef standIn = await RegisterAsync(place, toEast);
        _provider.Tell(standIn, new CountUpdate(Attempt, "A", 60));
        await place.Expect<CountUpdate>();
        place.Tell(toEast, new WorkerLeft("A", "its line broke", MayReturn: false));
        await _provider.Expect<WorkerLeft>();

        west.Tell(toEast, new RegisterCombiner("west", 2));
        await west.Expect<Registered>();
        _provider.Tell(combiner, new SumRequest(Attempt, ["A"]));

        (await _provider.Expect<SumFailed>()).Key.Should().Be(Attempt);
    }

    /// <summary>What counted it came to a place that had ended, so that the sum of it was waited for until the provider's patience ended.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Worker_LostBeforeItsUpdateWasCounted_SumFailsAtOnce(bool isAskedBefore)
    {
        ActorRef combiner = await StartAsync();
        ActorSystem below = Node("below");
        Probe west = new(below, "provider"), place = new(below, "place");
        ActorRef toEast = await WayAsync(_node, below);
        west.Tell(toEast, new RegisterCombiner("west", 1));
        await west.Expect<Registered>();
        await RegisterAsync(place, toEast);
        if (isAskedBefore)
        {
            _provider.Tell(combiner, new SumRequest(Attempt, ["A"]));
        }

        place.Tell(toEast, new WorkerLeft("A", "it ended", MayReturn: false));
        await _provider.Expect<WorkerLeft>();
        if (!isAskedBefore)
        {
            _provider.Tell(combiner, new SumRequest(Attempt, ["A"]));
        }

        (await _provider.Expect<SumFailed>()).Key.Should().Be(Attempt);
    }

    /// <summary>Its place ended with it, and what counted its update came to nobody: the model was not that of a run without combiners.</summary>
    [Fact]
    public async Task Worker_LostAfterItsUpdateWasReported_ItsUpdateCounts()
    {
        ActorRef combiner = await StartAsync();
        ActorSystem site = Node("site");
        Probe worker = new(site, "worker");
        ActorRef toEast = await WayAsync(_node, site);
        ActorRef standIn = await RegisterAsync(worker, toEast);
        float[] model = new float[TinyData.Model.Layout.Count];
        _provider.Tell(standIn, new RunPlan(Attempt.RunId, 1, TinyData.Model, new TrainingOptions(), new double[4], new double[] { 1, 1, 1, 1 }, [new RunSite("A", "A", 60)]));
        _provider.Tell(combiner, new RoundModel(Attempt, "hash", model, Sums: true));
        _provider.Tell(standIn, new TrainRequest(Attempt, "hash", default, 0));
        await worker.Expect<TrainRequest>();
        worker.Tell(toEast, new ModelUpdate(Attempt, "A", model, 60, 1, 0.5, TimeSpan.FromSeconds(1)));
        await _provider.Expect<UpdateFiguresReport>();

        await site.DisposeAsync();
        await _provider.Expect<WorkerLeft>();
        _provider.Tell(standIn, new CountUpdate(Attempt, "A", 60));
        _provider.Tell(combiner, new SumRequest(Attempt, ["A"]));

        (await _provider.Expect<object>()).Should().BeOfType<PartialSum>().Which.Workers.Should().Equal("A");
    }

    private async Task<ActorRef> StartAsync()
    {
        ActorRef above = await WayAsync(_systems[0], _node);
        _node.Spawn(CoordinatedRoles.Combiner(new CombinerSetup { MemberId = "east", Provider = above }), CoordinatedRoles.ProviderName);
        await _provider.Expect<RegisterCombiner>();
        ActorRef combiner = _provider.LastSender!;
        _provider.Tell(combiner, new Registered("east", Rejoined: false));
        return combiner;
    }

    // A place of a combiner's worker has its node, not its actor, in common with that.
    private async Task<ActorRef> RegisterAsync(Probe worker, ActorRef combiner)
    {
        DataSet data = new TinyData().LoadSite("A");
        worker.Tell(combiner, new RegisterWorker("A", "A", TinyData.Model, data.Count, FeatureMoments.Of(data).ToBytes(), 1));
        await _provider.Expect<RegisterWorker>();
        ActorRef standIn = _provider.LastSender!;
        _provider.Tell(standIn, new Registered("A", Rejoined: false));
        await worker.Expect<Registered>();
        return standIn;
    }

    private static async Task<ActorRef> WayAsync(ActorSystem to, ActorSystem from) =>
        from.Remote.Connect(await to.Remote.ListenAsync(new TransportAddress("127.0.0.1", 0))).ActorOf(CoordinatedRoles.ProviderName);

    private ActorSystem Node(string name)
    {
        ActorSystem system = new(new ActorSystemOptions
        {
            Node = name,
            Remoting = new RemotingOptions { Transport = _network, Registry = CoordinatedProtocol.Register(new MessageRegistryBuilder()).Build() },
        });
        _systems.Add(system);
        return system;
    }
}
