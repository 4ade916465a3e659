using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Transport;
using FedActors.Simulation.Kernel;
using FedActors.Simulation.Network;
using FedActors.Tests.TestKit.Remoting;

namespace FedActors.Tests.Simulation.Network;

/// <summary>An incarnation is the time of day unless it is given, and the time of day may be set back.</summary>
public sealed class FormerLifeTests
{
    private static readonly TransportAddress Address = new("server", 1);

    private readonly EventQueue _queue = new();
    private readonly SimulatedNetwork _network;
    private readonly SimulatedHost _server;
    private readonly SimulatedHost _client;

    public FormerLifeTests()
    {
        _network = new SimulatedNetwork(_queue, 1, new PathConditions());
        _server = new SimulatedHost(_queue, "server");
        _client = new SimulatedHost(_queue, "client");
    }

    /// <summary>It was refused until its clock had caught up, for as long as it had been set back.</summary>
    [Fact]
    public void Node_ClockSetBackBetweenItsLives_IsTakenInOnceTheFormerIsGivenUp()
    {
        _queue.Hold();
        using SimulatedProcess server = new(_server);
        ActorSystem there = Start(server, listens: true);
        using SimulatedProcess former = new(_client);
        Start(former, listens: false);
        RunFor(TimeSpan.FromSeconds(1));
        there.Remote.ConnectedNodes.Should().Equal("client");

        _client.IsOff = true;
        former.Kill();
        _client.Jump(TimeSpan.FromHours(-5));
        using SimulatedProcess later = new(_client);
        ActorSystem here = Start(later, listens: false);
        RunFor(TimeSpan.FromSeconds(1));
        here.Remote.ConnectedNodes.Should().BeEmpty("for all that is known the former one lives");

        RunFor(TimeSpan.FromSeconds(30));

        here.Remote.ConnectedNodes.Should().Equal("server");
        there.Remote.ConnectedNodes.Should().Equal("client");
    }

    private static ActorSystem Start(SimulatedProcess process, bool listens, SimulatedNetwork network)
    {
        ActorSystem? system = null;
        process.Do(() =>
        {
            system = new ActorSystem(new ActorSystemOptions
            {
                Node = process.Host.Name,
                Time = process.Clock,
                Scheduler = process.Scheduler,
                Meters = process.Meters,
                Remoting = new RemotingOptions { Transport = network.TransportOf(process.Host, process), Registry = TestNodes.Registry },
            });
            if (listens)
            {
                system.Remote.ListenAsync(Address).IsCompletedSuccessfully.Should().BeTrue();
            }
            else
            {
                system.Remote.Connect(Address);
            }
        });
        return system!;
    }

    private ActorSystem Start(SimulatedProcess process, bool listens) => Start(process, listens, _network);

    private void RunFor(TimeSpan time)
    {
        bool over = false;
        SynchronizationContext? before = SynchronizationContext.Current;
        _queue.Schedule(time, () => over = true);
        while (!over)
        {
            _queue.Step().Should().BeTrue();
        }

        SynchronizationContext.SetSynchronizationContext(before);
    }
}
