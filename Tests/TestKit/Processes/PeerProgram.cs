using System.Globalization;
using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Tcp;
using FedActors.Tests.TestKit.Remoting;

namespace FedActors.Tests.TestKit.Processes;

/// <summary>The test assembly as a program: a node that dials another, answers questions, and counts aloud to the other's sink for as long as it lives.</summary>
public static class PeerProgram
{
    public const string Node = "peer";
    public const string Sink = "sink";

    private static readonly TimeSpan Heartbeat = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Handshake = TimeSpan.FromSeconds(2);

    /// <summary>The stated bound until silence is noticed: the idle time and a heartbeat.</summary>
    public static TimeSpan NoticedWithin => Idle + Heartbeat;

    /// <summary>The stated bound until a connection is back: an attempt that was under way in vain, and the longest pause.</summary>
    public static TimeSpan BackWithin => Handshake + Pause;

    /// <summary>How the node and the test's own one watch over their connection: quick to notice, so that tests are short.</summary>
    public static RemotingOptions Watchful(RemotingOptions options, TimeSpan grace) => options with
    {
        HeartbeatInterval = Heartbeat,
        IdleTimeout = Idle,
        MaxReconnectDelay = Pause,
        ReconnectGrace = grace,
        Limits = RemotingLimits.Default with { HandshakeTimeout = Handshake },
    };

    /// <param name="arguments">Where to dial, and the grace in milliseconds.</param>
    public static async Task Main(string[] arguments)
    {
        if (arguments.Length != 2)
        {
            // The test runner loads the assembly and never calls this; whoever starts it by hand is told.
            Console.Error.WriteLine("usage: <host:port> <grace in milliseconds>");
            return;
        }

        TimeSpan grace = TimeSpan.FromMilliseconds(int.Parse(arguments[1], CultureInfo.InvariantCulture));
        await using ActorSystem system = TestNodes.Create(new TcpTransport(), Node, options => Watchful(options, grace));
        system.SpawnEcho();
        using var ended = new CancellationTokenSource();
        ActorRef sink = system.Remote.Connect(TransportAddress.Parse(arguments[0])).ActorOf(Sink);
        Task counting = CountAsync(sink, ended.Token);

        // Standard input ends with the test's process, however that ends.
        await Console.In.ReadToEndAsync();
        await ended.CancelAsync();
        await counting;
    }

    private static async Task CountAsync(ActorRef sink, CancellationToken ended)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        try
        {
            for (int i = 0; !ended.IsCancellationRequested; i++)
            {
                await sink.TellAsync(new Numbered(i), cancellationToken: ended);
                await ticks.WaitForNextTickAsync(ended);
            }
        }
        catch (OperationCanceledException)
        {
            // That is how it ends.
        }
    }
}
