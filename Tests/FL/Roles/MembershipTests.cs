using System.Collections.Concurrent;
using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Memory;
using FedActors.FL.Data;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.FL.Rounds;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Roles;

public sealed class MembershipTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly MemoryTransport _network = new();
    private readonly ConcurrentQueue<object> _handled = new();
    private readonly ActorSystem _providerNode;
    private readonly ActorSystem _workerNode;

    public MembershipTests() => (_providerNode, _workerNode) = (Node("provider"), Node("worker-A"));

    public async ValueTask DisposeAsync()
    {
        await _workerNode.DisposeAsync();
        await _providerNode.DisposeAsync();
    }

    [Fact]
    public async Task Member_AdmittedAfterItsWatchHadEnded_StillNoticesTheProvidersLoss()
    {
        // The watch said "no such actor" a moment before the provider was there to read the registration. Admitted without a watch, the
        // member never noticed that this provider was killed, and took the next one's answers for those of a stranger.
        var first = new Probe(_providerNode, "provider");
        TransportAddress address = await _providerNode.Remote.ListenAsync(new TransportAddress("127.0.0.1", 0));
        StartWorker(_workerNode.Remote.Connect(address).ActorOf("provider"));
        await first.Expect<RegisterWorker>();
        ActorRef worker = first.LastSender!;
        _providerNode.Stop(first.Ref);
        await Eventually.True(() => Count<Terminated>() == 1, "the member hears that the provider has ended");

        var second = new Probe(_providerNode, "provider");
        second.Tell(worker, new Registered("A", Rejoined: false));
        await Eventually.True(() => Count<Registered>() == 1, "the member is admitted by the next provider");
        _providerNode.Stop(second.Ref);
        await Eventually.True(() => Count<Terminated>() == 2, "the member watches the provider that has admitted it");

        var third = new Probe(_providerNode, "provider");
        Task<RegisterWorker> again = third.Expect<RegisterWorker>();
        await Eventually.WhileAdvancing(_clock, TimeSpan.FromMilliseconds(100), again);
        (await again).WorkerId.Should().Be("A");
    }

    /// <summary>A combiner that lived on without its provider stayed the only one that its workers listened to, and whoever admitted them next spoke to nobody.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Member_WhoseCombinerLivesAndAnswersNoMore_FollowsWhoAdmitsItNext(bool sentAway)
    {
        (Probe combiner, Probe provider, ActorRef worker) = await AdmittedByCombinerAsync();

        combiner.Tell(worker, sentAway ? new RegisterAgain("the combiner has lost its provider") : new UpdateRefused(Key, "A", RefusalReason.UnknownWorker.Code(), "unknown"));
        if (sentAway)
        {
            await ElapsedAsync(TimeSpan.Zero);
        }

        await combiner.Expect<RegisterWorker>();
        await ElapsedAsync(TimeSpan.FromSeconds(2));
        await provider.Expect<RegisterWorker>();

        await FollowsAsync(worker, provider);
        combiner.Tell(worker, new RunEnded(Key.RunId, RunOutcome.Stopped, null, 0, null));
        await FollowsAsync(worker, provider);
    }

    /// <summary>Bound by a combiner's late answer while the provider knew it by another way, it was refused there for ever: it itself was in its way.</summary>
    [Fact]
    public async Task Member_RefusedWhereItWasAdmitted_ComesToTheWayByWhichItIsRegistered()
    {
        (Probe combiner, Probe provider, ActorRef worker) = await AdmittedByCombinerAsync();
        RegistrationRefused refused = new("A", RegistrationRefusal.DuplicateMember.Code(), "worker A is registered from another node, which is alive", MayPass: true);

        combiner.Tell(worker, refused);
        await ElapsedAsync(TimeSpan.FromSeconds(1));
        await combiner.Expect<RegisterWorker>();
        combiner.Tell(worker, refused);
        await Handled.By(worker);
        await ElapsedAsync(TimeSpan.FromSeconds(1));
        await provider.Expect<RegisterWorker>();

        await FollowsAsync(worker, provider);
    }

    private static RoundKey Key => new("run1", 1, 1);

    private async Task<(Probe Combiner, Probe Provider, ActorRef Worker)> AdmittedByCombinerAsync()
    {
        (Probe combiner, Probe provider) = (new Probe(_workerNode, "combiner"), new Probe(_workerNode, "provider"));
        ActorRef worker = StartWorker(combiner.Ref, () => provider.Ref);
        await combiner.Expect<RegisterWorker>();
        combiner.Tell(worker, new Registered("A", Rejoined: false));
        return (combiner, provider, worker);
    }

    // It answers requests from there; it has no plan.
    private static async Task FollowsAsync(ActorRef worker, Probe provider)
    {
        provider.Tell(worker, new Registered("A", Rejoined: true));
        provider.Tell(worker, new TrainRequest(Key, "hash", new float[TinyData.Model.Layout.Count], 0));
        (await provider.Expect<TrainingFailed>()).Text.Should().Contain("no plan");
    }

    private async Task ElapsedAsync(TimeSpan time)
    {
        await Eventually.True(() => _clock.NextDue <= _clock.SteadyNow + time, "the member waits no longer than that");
        _clock.Advance(time);
    }

    private ActorRef StartWorker(ActorRef provider, params Func<ActorRef>[] others)
    {
        DataSet data = new TinyData().LoadSite("A");
        return _workerNode.Spawn(
            CoordinatedRoles.Worker(new WorkerSetup
            {
                MemberId = "A", Provider = provider, Others = others, Site = "A", Specification = TinyData.Model, Data = data,
                Moments = FeatureMoments.Of(data), Training = TaskScheduler.Default,
            }),
            "worker");
    }

    private int Count<T>() => _handled.Count(message => message is T);

    private ActorSystem Node(string name) => new(new ActorSystemOptions
    {
        Node = name,
        Time = _clock,
        ReceiveMiddleware =
        [
            next => async (context, envelope) =>
            {
                await next(context, envelope);
                _handled.Enqueue(envelope.Message);
            },
        ],
        Remoting = new RemotingOptions { Transport = _network, Registry = CoordinatedProtocol.Register(new MessageRegistryBuilder()).Build() },
    });
}
