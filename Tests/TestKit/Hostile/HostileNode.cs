using System.Collections.Concurrent;
using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.FL.Protocol;
using FedActors.Tests.TestKit.Remoting;

namespace FedActors.Tests.TestKit.Hostile;

/// <summary>A node under attack, and an honest one that goes on asking it. It is not paced, so that all that is thrown at it arrives.</summary>
internal sealed class HostileNode : IAsyncDisposable
{
    /// <summary>What an attack may make the node hold, the attackers' own memory included.</summary>
    public const long MaxGrowthBytes = 64 << 20;

    private const string EchoName = "echo";
    private readonly ActorSystem _honest;
    private readonly ActorRef _echo;
    private readonly ConcurrentDictionary<string, int> _reasons = new();
    private readonly ConcurrentDictionary<RefusalCause, bool> _causes = new();
    private long _liveBefore;
    private long _growth;
    private int _number;

    private HostileNode(ActorSystem server, TransportAddress address, ActorSystem honest, ActorRef echo)
    {
        Server = server;
        Address = address;
        _honest = honest;
        _echo = echo;
        server.Events.Subscribe<PeerRefused>(refused =>
        {
            _reasons.AddOrUpdate(refused.Reason, 1, (_, count) => count + 1);
            _causes[refused.Cause] = true;
        });
    }

    /// <summary>The messages of the coordinated protocol and those of the tests.</summary>
    public static MessageRegistry Registry { get; } =
        CoordinatedProtocol.Register(new MessageRegistryBuilder().Add<Numbered>().Add<Blob>().Add<Introduction>()).Build();

    public ActorSystem Server { get; }

    public TransportAddress Address { get; }

    /// <summary>Different reasons of refusals that were told, with how often.</summary>
    public IReadOnlyDictionary<string, int> Reasons => _reasons;

    /// <summary>Causes of refusals that were told.</summary>
    public ICollection<RefusalCause> Causes => _causes.Keys;

    public static async Task<HostileNode> StartAsync(ITransport transport, Func<RemotingOptions, RemotingOptions>? remoting = null)
    {
        ActorSystem server = TestNodes.Create(transport, "server", options => TestNodes.Unpaced(remoting?.Invoke(options) ?? options) with { Registry = Registry });
        server.SpawnEcho(EchoName);
        TransportAddress address = await server.Remote.ListenAsync(TestNodes.AnyPort);
        ActorSystem honest = TestNodes.Create(transport, "honest", system: options => options with { Incarnation = 1 });
        ActorRef echo = honest.Remote.Connect(address).ActorOf(EchoName);
        await echo.AskAsync<Numbered>(new Numbered(0), Eventually.Limit);
        return new HostileNode(server, address, honest, echo);
    }

    /// <summary>Lets the honest node ask before and while it is attacked; it must be answered each time, over the connection that it had.</summary>
    public async Task<HostileObservation> WhileAsync(Func<Task> attack)
    {
        int disconnected = 0;
        using IDisposable disconnections = _honest.Events.Subscribe<NodeDisconnected>(_ => Interlocked.Increment(ref disconnected));
        TimeSpan[] before = await AskAsync(HostileScale.IsLong ? 20_000 : 200, new TaskCompletionSource().Task);
        _liveBefore = GC.GetTotalMemory(forceFullCollection: true);
        Task attacking = Task.Run(attack);
        TimeSpan[] during = await AskAsync(int.MaxValue, attacking);
        await attacking;
        MeasureMemory();
        disconnected.Should().Be(0, "the honest node keeps its connection");
        _growth.Should().BeLessThan(MaxGrowthBytes, "an attack is bounded in what it makes the node hold");
        return new HostileObservation(before, during, _growth, Server.Remote.Refused, _reasons.Count);
    }

    /// <summary>Notes how much more is alive now than before the attack. An attack calls it at its height.</summary>
    public void MeasureMemory() => _growth = Math.Max(_growth, GC.GetTotalMemory(forceFullCollection: true) - _liveBefore);

    /// <summary>Runs an attack many times, a few at once.</summary>
    public async Task RepeatAsync(int count, Func<int, Task> attack)
    {
        int next = 0;
        int measured = 0;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var i && i <= count)
            {
                await attack(i);
                if (i * 10L / count > Volatile.Read(ref measured) && Interlocked.Exchange(ref measured, (int)(i * 10L / count)) < i * 10L / count)
                {
                    MeasureMemory();
                }
            }
        })));
    }

    public async ValueTask DisposeAsync()
    {
        await _honest.DisposeAsync();
        await Server.DisposeAsync();
    }

    private async Task<TimeSpan[]> AskAsync(int count, Task until)
    {
        var times = new List<TimeSpan>();
        do
        {
            long started = TimeProvider.System.GetTimestamp();
            (await _echo.AskAsync<Numbered>(new Numbered(++_number), Eventually.Limit)).Number.Should().Be(_number);
            times.Add(TimeProvider.System.GetElapsedTime(started));
        }
        while (times.Count < count && !until.IsCompleted);
        return [.. times.Order()];
    }
}
