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
using FedActors.Storage.Training;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Roles.Combining;

/// <summary>A combiner between a provider and a worker that are played: orders of messages that a run shows seldom.</summary>
public sealed class CombinerOrderTests : IAsyncDisposable
{
    private const string Run = "run1";
    private static readonly RoundKey One = new(Run, 1, 1);
    private static readonly RoundKey Two = new(Run, 1, 2);

    private readonly ManualTimeProvider _clock = new();
    private readonly MemoryTransport _network = new();
    private readonly ActorSystem _top;
    private readonly ActorSystem _middle;
    private readonly ActorSystem _bottom;
    private readonly Probe _provider;
    private readonly Probe _worker;
    private readonly DataSet _data = new TinyData().LoadSite("A");

    // The combiner, and the worker's place there, as the provider knows them; and the combiner as the worker knows it.
    private ActorRef _combiner = null!;
    private ActorRef _standIn = null!;
    private ActorRef _asProvider = null!;

    public CombinerOrderTests()
    {
        (_top, _middle, _bottom) = (Node("top"), Node("middle"), Node("bottom"));
        _provider = new Probe(_top, "provider");
        _worker = new Probe(_bottom, "worker-1");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ActorSystem system in new[] { _bottom, _middle, _top })
        {
            await system.DisposeAsync();
        }
    }

    [Fact]
    public async Task Update_OfTheNextAttempt_OutlivesTheRefusalOfTheOneBefore()
    {
        await RegisterAsync();
        await AnswerAsync(One, "first");
        await AnswerAsync(Two, "first");

        _provider.Tell(_standIn, new UpdateRefused(One, "A", "wrong_attempt", "late"));
        await _worker.Expect<UpdateRefused>();

        await CountsAsync(Two, isHeld: true);
    }

    [Fact]
    public async Task Update_FromBeforeTheProviderRegisteredItAnew_CountsInNoEqualAttempt()
    {
        await RegisterAsync();
        await AnswerAsync(One, "first");

        await TellToRegisterAsync();

        await CountsAsync(One, isHeld: false);
    }

    [Fact]
    public async Task Update_ForWhatWasAskedSinceTheWordToRegister_OutlivesTheAdmission()
    {
        await RegisterAsync();
        await TellToRegisterAsync();
        await AnswerAsync(One, "first");

        _provider.Tell(_combiner, new Registered("east", Rejoined: true));
        await _provider.Expect<RegisterWorker>();

        await CountsAsync(One, isHeld: true);
    }

    [Fact]
    public async Task Update_ForParametersThatTwoOthersHaveFollowed_IsToldAndNotKept()
    {
        await RegisterAsync();
        await AnswerAsync(One, "first");
        Give(new RoundKey(Run, 2, 1), "second");
        Give(new RoundKey(Run, 3, 1), "third");

        _worker.Tell(_asProvider, Update(One));

        (await _provider.Expect<UpdateFiguresReport>()).Key.Should().Be(One);
        await CountsAsync(One, isHeld: false);
    }

    /// <summary>The provider has asked, and its request is on its way through the combiner: it must not weigh by these figures what is answered then.</summary>
    [Fact]
    public async Task Update_BeforeItWasAskedFor_IsToldAsOneThatCannotCount()
    {
        await RegisterAsync();
        await AnswerAsync(One, "first");
        _worker.Tell(_asProvider, Update(Two) with { Samples = 1 });

        (await _provider.Expect<UpdateFiguresReport>()).Code.Should().Be("not_selected");

        await AnswerAsync(Two, "first");
        await CountsAsync(Two, isHeld: true);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task PlaceAtACombinerBelow_EndsBeforeTheWordOfWhy_AwaitsTheWordForAWhile(bool comes)
    {
        await StartAsync();
        Probe below = new(_bottom, "provider");
        below.Tell(await AtAsync(_middle, _bottom), new RegisterCombiner("west", 1));
        await below.Expect<Registered>();
        await RegisterWorkerAsync(below.LastSender!);

        // What is told of an end goes before messages, so that whoever comes next is heard of after it.
        await _bottom.StopAndWaitAsync(_worker.Ref);
        if (comes)
        {
            _asProvider.Tell(new WorkerLeft("A", "it said goodbye", MayReturn: false), _worker.Ref);
        }
        else
        {
            new Probe(_bottom, "worker-2").Tell(below.LastSender!, new RegisterWorker("B", "B", TinyData.Model, _data.Count, FeatureMoments.Of(_data).ToBytes(), 1));
            (await _provider.Expect<RegisterWorker>()).WorkerId.Should().Be("B");
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        WorkerLeft left = await _provider.Expect<WorkerLeft>();
        left.MayReturn.Should().Be(!comes, "an end without a word is the combiner's, and the worker lives");
        left.Text.Contains("goodbye", StringComparison.Ordinal).Should().Be(comes);
    }

    [Fact]
    public async Task CombinerBelow_WhenTheOneAboveItIsAdmittedAnew_IsToldToRegisterAgain()
    {
        await StartAsync();
        Probe below = new(_bottom, "provider");
        below.Tell(await AtAsync(_middle, _bottom), new RegisterCombiner("west", 1));
        await below.Expect<Registered>();

        _provider.Tell(_combiner, new Registered("east", Rejoined: true));

        await below.Expect<RegisterAgain>();
    }

    private async Task RegisterAsync()
    {
        await StartAsync();
        await RegisterWorkerAsync(await AtAsync(_middle, _bottom));
    }

    private async Task StartAsync()
    {
        ActorRef above = await AtAsync(_top, _middle);
        _middle.Spawn(CoordinatedRoles.Combiner(new CombinerSetup { MemberId = "east", Provider = above }), "provider");
        await _provider.Expect<RegisterCombiner>();
        _combiner = _provider.LastSender!;
        _provider.Tell(_combiner, new Registered("east", Rejoined: false));
    }

    private async Task RegisterWorkerAsync(ActorRef combiner)
    {
        _worker.Tell(combiner, new RegisterWorker("A", "A", TinyData.Model, _data.Count, FeatureMoments.Of(_data).ToBytes(), 1));
        await _provider.Expect<RegisterWorker>();
        _standIn = _provider.LastSender!;
        _provider.Tell(_standIn, new Registered("A", Rejoined: false));
        await _worker.Expect<Registered>();
        _asProvider = _worker.LastSender!;
        _provider.Tell(_standIn, new RunPlan(Run, 1, TinyData.Model, new TrainingOptions(), new double[4], new double[] { 1, 1, 1, 1 }, [new RunSite("A", "A", _data.Count)]));
        await _worker.Expect<RunPlan>();
    }

    private async Task TellToRegisterAsync()
    {
        _provider.Tell(_combiner, new RegisterAgain("another life"));
        await Eventually.WhileAdvancing(_clock, TimeSpan.FromMicroseconds(1), _provider.Expect<RegisterCombiner>());
    }

    private async Task AnswerAsync(RoundKey key, string hash)
    {
        Give(key, hash);
        _provider.Tell(_standIn, new TrainRequest(key, hash, default, 0));
        await _worker.Expect<TrainRequest>();
        _worker.Tell(_asProvider, Update(key));
        (await _provider.Expect<UpdateFiguresReport>()).Code.Should().BeEmpty();
    }

    private async Task CountsAsync(RoundKey key, bool isHeld)
    {
        _provider.Tell(_standIn, new CountUpdate(key, "A", 60));
        _provider.Tell(_combiner, new SumRequest(key, ["A"]));

        object answer = await _provider.Expect<object>();
        while (answer is RegisterWorker)
        {
            answer = await _provider.Expect<object>();
        }

        (answer is PartialSum).Should().Be(isHeld, $"{answer} was the answer");
        (answer is UpdateNotAccumulated).Should().Be(!isHeld);
    }

    private void Give(RoundKey key, string hash) => _provider.Tell(_combiner, new RoundModel(key, hash, new float[TinyData.Model.Layout.Count], Sums: true));

    private static ModelUpdate Update(RoundKey key) => new(key, "A", new float[TinyData.Model.Layout.Count], 60, 1, 0.5, TimeSpan.FromSeconds(1));

    private static async Task<ActorRef> AtAsync(ActorSystem of, ActorSystem from) =>
        from.Remote.Connect(await of.Remote.ListenAsync(new TransportAddress("127.0.0.1", 0))).ActorOf("provider");

    private ActorSystem Node(string name) => new(new ActorSystemOptions
    {
        Node = name,
        Time = _clock,
        Remoting = new RemotingOptions { Transport = _network, Registry = CoordinatedProtocol.Register(new MessageRegistryBuilder()).Build() },
    });
}
