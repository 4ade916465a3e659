using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Transport;
using FedActors.Simulation.Kernel;
using FedActors.Simulation.Network;
using FedActors.Tests.TestKit.Remoting;
using Xunit.Abstractions;

namespace FedActors.Tests.Simulation.Network;

/// <summary>How soon a connection's end is noticed and made good, by the default options, against the table in docs/architecture.md. In virtual time, over seeds that decide the pauses.</summary>
public sealed class RecoveryBoundsTests(ITestOutputHelper output)
{
    private const int Seeds = 20;

    // A dial and three frames, at a millisecond each way.
    private static readonly TimeSpan Handshake = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly RemotingOptions Defaults = new() { Transport = null!, Registry = TestNodes.Registry };

    [Fact]
    public void Connection_Broken_IsNoticedAtOnceAndBackAfterTheFirstPause()
    {
        Recovery[] seen = Over(world => world.Network.Break("client", "server", bothNotice: true));

        Show("a connection is broken", seen);
        seen.Should().OnlyContain(recovery => recovery.Noticed <= Handshake);
        seen.Should().OnlyContain(recovery => recovery.Back >= Defaults.MinReconnectDelay / 2 && recovery.Back <= Defaults.MinReconnectDelay + Handshake);
    }

    [Fact]
    public void Process_EndedAndStartedAgainAMinuteLater_IsBackWithinTheLongestPause()
    {
        Recovery[] seen = Over(world =>
        {
            world.KillServer();
            world.At(60 * Second, world.StartServer);
        });

        Show("a process ends and starts again after 60 s", seen);
        seen.Should().OnlyContain(recovery => recovery.Noticed <= Handshake);
        seen.Should().OnlyContain(recovery => recovery.Back - (60 * Second) >= -Handshake && recovery.Back - (60 * Second) <= Defaults.MaxReconnectDelay + Handshake);
    }

    /// <summary>Pauses that did not double would knock fifty times a second at a node that starts, and pauses without chance would all knock at once.</summary>
    [Fact]
    public void Pauses_WhileNobodyAnswers_DoubleUpToTheLongestWithAPartLeftToChance()
    {
        TimeSpan[][] seen = [.. Enumerable.Range(1, Seeds).Select(seed =>
        {
            using var world = new World((ulong)seed);
            world.Begin();
            world.Pauses.Clear();
            world.KillServer();
            world.RunFor(60 * Second);
            return world.Pauses.ToArray();
        })];

        output.WriteLine($"pauses while nobody answers, first seed: {string.Join(", ", seen[0].Select(pause => $"{pause.TotalMilliseconds:n0}"))} ms");
        foreach (TimeSpan[] pauses in seen)
        {
            pauses.Length.Should().BeGreaterThan(15);
            for (int i = 0; i < pauses.Length; i++)
            {
                TimeSpan longest = Defaults.MinReconnectDelay * Math.Pow(2, Math.Min(i, 16));
                longest = longest < Defaults.MaxReconnectDelay ? longest : Defaults.MaxReconnectDelay;
                pauses[i].Should().BeLessThanOrEqualTo(longest).And.BeGreaterThanOrEqualTo(longest / 2, "pause {0} of {1}", i, pauses.Length);
            }
        }

        seen.Select(pauses => pauses[5]).Distinct().Should().HaveCountGreaterThan(Seeds / 2);
    }

    [Fact]
    public void Traffic_DroppedForHalfAMinute_IsNoticedByTheSecondHeartbeatAndBackWithinTheLongestPause()
    {
        Recovery[] seen = Over(world =>
        {
            world.Block();
            world.At(30 * Second, world.Unblock);
        });

        Show("traffic is dropped for 30 s", seen);
        seen.Should().OnlyContain(recovery => recovery.Noticed >= Defaults.IdleTimeout && recovery.Noticed <= Defaults.IdleTimeout + Defaults.HeartbeatInterval + Handshake);
        seen.Should().OnlyContain(recovery => recovery.Noticed + recovery.Back <= (30 * Second) + Defaults.MaxReconnectDelay + Defaults.Limits.HandshakeTimeout + Handshake);
    }

    [Fact]
    public void Machine_GoneInSilence_GivesItsNameToANewProcessWithinThreeSecondsOfItsGreeting()
    {
        Recovery[] seen = [.. Enumerable.Range(1, Seeds).Select(seed =>
        {
            using var world = new World((ulong)seed);
            world.Begin();
            TimeSpan started = world.ReplaceClient();
            TimeSpan back = world.UntilClientIs(connected: true);
            return new Recovery(TimeSpan.Zero, back - started);
        })];

        Show("a machine stops, and its process starts anew", seen);
        seen.Should().OnlyContain(recovery => recovery.Back <= (1.5 * Defaults.HeartbeatInterval) + Defaults.MinReconnectDelay + (2 * Handshake));
    }

    [Fact]
    public void Watcher_OfANodeThatDoesNotComeBack_HearsAfterTheGrace()
    {
        Recovery[] seen = [.. Enumerable.Range(1, Seeds).Select(seed =>
        {
            using var world = new World((ulong)seed);
            world.Begin();
            TimeSpan broken = world.Now;
            world.KillServer();
            TimeSpan noticed = world.UntilClientIs(connected: false);
            TimeSpan told = world.UntilTold();
            return new Recovery(noticed - broken, told - noticed);
        })];

        Show("watchers hear of a lost node", seen);
        seen.Should().OnlyContain(recovery => recovery.Back == Defaults.ReconnectGrace);
    }

    private static Recovery[] Over(Action<World> fault) => [.. Enumerable.Range(1, Seeds).Select(seed =>
    {
        using var world = new World((ulong)seed);
        world.Begin();
        TimeSpan broken = world.Now;
        fault(world);
        TimeSpan noticed = world.UntilClientIs(connected: false);
        TimeSpan back = world.UntilClientIs(connected: true);
        return new Recovery(noticed - broken, back - noticed);
    })];

    private void Show(string what, Recovery[] seen) => output.WriteLine(
        $"{what}: noticed after {seen.Min(r => r.Noticed).TotalMilliseconds:n0} to {seen.Max(r => r.Noticed).TotalMilliseconds:n0} ms, "
        + $"then {seen.Min(r => r.Back).TotalMilliseconds:n0} to {seen.Max(r => r.Back).TotalMilliseconds:n0} ms, over {seen.Length} seeds");

    /// <summary>What was seen of one fault.</summary>
    /// <param name="Noticed">From the fault to the end of the connection at the dialer.</param>
    /// <param name="Back">From then on to the next connection, or to what watchers hear.</param>
    private sealed record Recovery(TimeSpan Noticed, TimeSpan Back);

    /// <summary>A client that watches an actor of a server.</summary>
    private sealed class World : IDisposable
    {
        private static readonly TransportAddress Address = new("server", 1);
        private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

        private readonly EventQueue _queue = new();
        private readonly ulong _seed;
        private readonly SimulatedHost _serverHost;
        private readonly SimulatedHost _clientHost;
        private SimulatedProcess? _server;
        private SimulatedProcess? _client;
        private ActorSystem? _clientSystem;
        private bool _told;

        public World(ulong seed)
        {
            _seed = seed;
            _queue.Hold();
            Network = new SimulatedNetwork(_queue, seed, new PathConditions());
            _serverHost = new SimulatedHost(_queue, "server");
            _clientHost = new SimulatedHost(_queue, "client");
        }

        public SimulatedNetwork Network { get; }

        public TimeSpan Now => _queue.Now;

        /// <summary>The client's pauses between attempts to connect that failed.</summary>
        public List<TimeSpan> Pauses { get; } = [];

        /// <summary>Both run, and have been connected for a while that the seed decides.</summary>
        public void Begin()
        {
            StartServer();
            StartClient();
            UntilClientIs(connected: true);
            RunFor((5 * Second) + TimeSpan.FromMilliseconds(137 * _seed));
        }

        public void RunFor(TimeSpan time)
        {
            TimeSpan until = Now + time;
            RunUntil(() => Now >= until);
        }

        public void KillServer() => _server!.Kill();

        public void StartServer()
        {
            _server = new SimulatedProcess(_serverHost);
            ActorSystem system = Create(_server);
            _server.Do(() =>
            {
                system.SpawnEcho();
                system.Remote.ListenAsync(Address).IsCompletedSuccessfully.Should().BeTrue();
            });
        }

        /// <summary>The client's machine stops without a word, and a process of its name starts.</summary>
        public TimeSpan ReplaceClient()
        {
            _clientHost.IsOff = true;
            _client!.Kill();
            StartClient();
            return Now;
        }

        public void Block()
        {
            Network.PathOf("client", "server").Block();
            Network.PathOf("server", "client").Block();
        }

        public void Unblock()
        {
            Network.PathOf("client", "server").Unblock();
            Network.PathOf("server", "client").Unblock();
        }

        public void At(TimeSpan after, Action what) => _queue.Schedule(after, what);

        public TimeSpan UntilClientIs(bool connected) => RunUntil(() => _clientSystem!.Remote.ConnectedNodes.Count == (connected ? 1 : 0));

        public TimeSpan UntilTold() => RunUntil(() => _told);

        public void Dispose()
        {
            _client?.Dispose();
            _server?.Dispose();
        }

        private void StartClient()
        {
            _client = new SimulatedProcess(_clientHost);
            _clientSystem = Create(_client);
            _client.Do(() =>
            {
                _clientSystem.Events.Subscribe<ConnectFailed>(failed => Pauses.Add(failed.RetryIn));
                ActorRef echo = _clientSystem.Remote.Connect(Address).ActorOf("echo");
                ActorRef watcher = _clientSystem.Spawn(
                    Props.FromBehaviour((context, message) =>
                    {
                        if (message is Terminated)
                        {
                            _told = true;
                        }
                        else
                        {
                            context.Watch(echo);
                        }

                        return ValueTask.CompletedTask;
                    }),
                    "watcher");
                watcher.Tell("watch");
            });
        }

        private ActorSystem Create(SimulatedProcess process)
        {
            ActorSystem? system = null;
            process.Do(() => system = new ActorSystem(new ActorSystemOptions
            {
                Node = process.Host.Name,
                Time = process.Clock,
                Scheduler = process.Scheduler,
                Seed = _seed,
                Meters = process.Meters,
                Remoting = Defaults with { Transport = Network.TransportOf(process.Host, process) },
            }));
            return system!;
        }

        private TimeSpan RunUntil(Func<bool> condition)
        {
            SynchronizationContext? before = SynchronizationContext.Current;
            TimeSpan last = Now + Limit;
            while (!condition())
            {
                _queue.Step().Should().BeTrue();
                Now.Should().BeLessThan(last);
            }

            SynchronizationContext.SetSynchronizationContext(before);
            return Now;
        }
    }
}
