using FedActors.Actors;
using FedActors.Actors.Mailboxes;
using FedActors.Actors.Remoting;
using FedActors.Actors.Transport;
using FedActors.Simulation.Kernel;
using FedActors.Simulation.Network;
using FedActors.Tests.TestKit.Remoting;

namespace FedActors.Tests.Simulation.Network;

/// <summary>Whatever a simulated node waits for, it goes on on its own thread: the queue refuses every other one.</summary>
public sealed class OwnThreadTests : IDisposable
{
    private static readonly TransportAddress Address = new("server", 1);

    private readonly EventQueue _queue = new();
    private readonly SimulatedNetwork _network;
    private readonly SimulatedProcess _server;
    private readonly SimulatedProcess _client;

    public OwnThreadTests()
    {
        _queue.Hold();
        _network = new SimulatedNetwork(_queue, 1, new PathConditions());
        _server = new SimulatedProcess(new SimulatedHost(_queue, "server"));
        _client = new SimulatedProcess(new SimulatedHost(_queue, "client"));
    }

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
    }

    [Fact]
    public void Connection_Awaited_IsToldOfInTheSimulation()
    {
        Start(_server, Listen);
        Task<string>? connected = null;

        Start(_client, system => connected = system.Remote.Connect(Address).WhenConnectedAsync());
        RunUntil(() => connected!.IsCompleted);

        connected!.IsCompletedSuccessfully.Should().BeTrue();
    }

    [Fact]
    public void Node_Stopping_EndsInTheSimulation()
    {
        ActorSystem server = Start(_server, Listen);
        ActorSystem client = Start(_client, system => system.Remote.Connect(Address));
        RunUntil(() => server.Remote.ConnectedNodes.Count == 1);
        Task[] stopping = new Task[2];

        _client.Do(() => stopping[0] = client.StopAsync());
        RunUntil(() => stopping[0].IsCompleted);
        _server.Do(() => stopping[1] = server.StopAsync());
        RunUntil(() => stopping[1].IsCompleted);

        stopping.Should().OnlyContain(stop => stop.IsCompletedSuccessfully);
    }

    [Fact]
    public void Actor_ThatDoesNotEndInTime_IsAbandonedInTheSimulation()
    {
        TaskCompletionSource never = new();
        bool hangs = false;
        Props hanging = Props.FromBehaviour(async (_, _) =>
        {
            hangs = true;
            await never.Task;
        });
        ActorSystem system = Start(_server, system => system.Spawn(hanging, "hanging").Tell(new Numbered(1)));
        RunUntil(() => hangs);
        Task? stopping = null;

        _server.Do(() => stopping = system.StopAsync());
        RunUntil(() => stopping!.IsCompleted);

        stopping!.IsCompletedSuccessfully.Should().BeTrue();
    }

    /// <summary>Nothing more may be set aside, and the loop that receives waits until something has found room.</summary>
    [Fact]
    public void Room_ForWhatIsSetAside_IsWaitedForInTheSimulation()
    {
        int handled = 0;
        Start(_server, system =>
        {
            Props slow = Props.FromBehaviour(async (_, _) =>
            {
                TaskCompletionSource over = new();
                _server.Schedule(TimeSpan.FromSeconds(1), over.SetResult);
                await over.Task;
                handled++;
            });
            system.Spawn(slow with { Mailbox = new MailboxOptions { Capacity = 1 } }, "slow");
            Listen(system);
        });

        Start(_client, system =>
        {
            ActorRef slow = system.Remote.Connect(Address).ActorOf("slow");
            for (int i = 0; i < 10; i++)
            {
                slow.Tell(new Numbered(i));
            }
        });
        RunUntil(() => handled == 10);
    }

    private static void Listen(ActorSystem system) => system.Remote.ListenAsync(Address).IsCompletedSuccessfully.Should().BeTrue();

    private ActorSystem Start(SimulatedProcess process, Action<ActorSystem> begin)
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
                Remoting = new RemotingOptions
                {
                    Transport = _network.TransportOf(process.Host, process),
                    Registry = TestNodes.Registry,
                    Limits = RemotingLimits.Default with { MaxSetAsideBytes = 1 },
                },
            });
            begin(system);
        });
        return system!;
    }

    private void RunUntil(Func<bool> condition)
    {
        SynchronizationContext? before = SynchronizationContext.Current;
        while (!condition())
        {
            _queue.Now.Should().BeLessThan(TimeSpan.FromMinutes(1));
            _queue.Step().Should().BeTrue("something is still to happen");
        }

        SynchronizationContext.SetSynchronizationContext(before);
    }
}
