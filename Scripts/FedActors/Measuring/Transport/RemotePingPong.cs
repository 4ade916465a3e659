using FedActors.Actors;
using FedActors.Scripts.Measuring.Mailbox;

namespace FedActors.Scripts.Measuring.Transport;

/// <summary>Players on one node and walls on the other that throw small balls at each other, as in Akka.NET's RemotePingPong: both ways count.</summary>
internal sealed class RemotePingPong(bool tls, TimeProvider time, bool lowLatency = false) : RemoteWorkload(tls, time, lowLatency)
{
    /// <summary>Pairs that play at once.</summary>
    public const int Pairs = 8;

    /// <summary>Balls in flight for each pair.</summary>
    public const int InFlight = 500;

    private readonly List<ActorRef> _players = [];

    /// <summary>Plays until a number of balls was thrown in each pair.</summary>
    public Task PlayAsync(long balls) => Task.WhenAll(Start(balls).Select(game => game.Over));

    protected override void Spawn(NodePair nodes)
    {
        for (int pair = 0; pair < Pairs; pair++)
        {
            ActorRef wall = nodes.SpawnThere(static () => new Echo(), $"wall-{pair}");
            _players.Add(nodes.Client.Spawn(Props.Create(() => new Player(wall)), $"player-{pair}"));
        }
    }

    /// <returns>Messages per second over all pairs and both ways, and bytes allocated for each.</returns>
    protected override async Task<double[]> WorkAsync(NodePair nodes, TimeSpan duration, CancellationToken cancellationToken)
    {
        long allocated = GC.GetTotalAllocatedBytes();
        long started = Time.GetTimestamp();
        Game[] games = Start(long.MaxValue);
        double rate = await GameRate.PlayForAsync(games, duration, started, Time, cancellationToken).ConfigureAwait(false);
        return [rate, (GC.GetTotalAllocatedBytes() - allocated) / (2.0 * games.Sum(game => game.Thrown))];
    }

    private Game[] Start(long balls) => [.. _players.Select(player =>
    {
        var game = new Game(InFlight, balls);
        player.Tell(game);
        return game;
    })];

    private sealed class Player(ActorRef wall) : Actor
    {
        private Game _game = new(0, 0);

        protected override ValueTask OnReceiveAsync(ActorContext context, object message)
        {
            if (message is Game game)
            {
                _game = game;
                for (int balls = game.Serve(); balls > 0; balls--)
                {
                    wall.Tell(new Ball(balls), context.Self);
                }
            }
            else if (_game.Return())
            {
                wall.Tell(message, context.Self);
            }

            return ValueTask.CompletedTask;
        }
    }
}
