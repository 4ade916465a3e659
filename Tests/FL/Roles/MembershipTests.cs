using System.Collections.Concurrent;
using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Memory;
using FedActors.FL.Data;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
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
        DataSet data = new TinyData().LoadSite("A");
        _workerNode.Spawn(
            CoordinatedRoles.Worker(new WorkerSetup
            {
                MemberId = "A", Provider = _workerNode.Remote.Connect(address).ActorOf("provider"), Site = "A", Specification = TinyData.Model, Data = data,
                Moments = FeatureMoments.Of(data), Training = TaskScheduler.Default,
            }),
            "worker");
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
