using FedActors.Actors;

namespace FedActors.Scripts.Measuring.Mailbox;

/// <summary>Pairs of actors that throw balls at each other, many at once, as in other runtimes' ping-pong benchmarks.</summary>
internal sealed class PingPong : Workload
{
    /// <summary>Balls in flight for each pair: a few hundred, between Proto.Actor's own benchmark and Akka.NET's.</summary>
    public const int InFlight = 200;

    private static readonly object Ball = new();
    private readonly TimeProvider _time;
    private readonly ActorSystem _system;
    private readonly ActorRef[] _players;

    /// <param name="options">The system's, with or without middleware.</param>
    /// <param name="pairs">Pairs that play at once.</param>
    public PingPong(ActorSystemOptions options, int pairs)
    {
        _time = options.Time;
        _system = new ActorSystem(options);
        _players = [.. Enumerable.Range(0, pairs).Select(pair =>
        {
            ActorRef wall = _system.Spawn(Props.Create(() => new Wall()), $"wall-{pair}");
            return _system.Spawn(Props.Create(() => new Player(wall)), $"player-{pair}");
        })];
    }

    /// <summary>Plays until a number of balls was thrown in each pair.</summary>
    public Task PlayAsync(long balls) => Task.WhenAll(Start(balls).Select(game => game.Over));

    /// <returns>Messages per second, over all pairs and both ways.</returns>
    public override async Task<double[]> RunAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        long started = _time.GetTimestamp();
        Game[] games = Start(long.MaxValue);
        return [await GameRate.PlayForAsync(games, time, started, _time, cancellationToken).ConfigureAwait(false)];
    }

    public override ValueTask DisposeAsync() => _system.DisposeAsync();

    private Game[] Start(long balls) => [.. _players.Select(player =>
    {
        var game = new Game(InFlight, balls);
        player.Tell(game);
        return game;
    })];

    private sealed class Wall : Actor
    {
        protected override ValueTask OnReceiveAsync(ActorContext context, object message)
        {
            context.Sender!.Tell(message, context.Self);
            return ValueTask.CompletedTask;
        }
    }

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
                    wall.Tell(Ball, context.Self);
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
