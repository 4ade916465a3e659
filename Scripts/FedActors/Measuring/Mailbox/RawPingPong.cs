namespace FedActors.Scripts.Measuring.Mailbox;

/// <summary><see cref="PingPong"/> between bare channels.</summary>
internal sealed class RawPingPong(int pairs, TimeProvider time) : Workload
{
    private static readonly object Ball = new();
    private readonly Player[] _players = [.. Enumerable.Range(0, pairs).Select(_ => new Player(new Wall()))];

    public override async Task<double[]> RunAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        Game[] games = [.. _players.Select(player =>
        {
            var game = new Game(PingPong.InFlight, long.MaxValue);
            player.Tell(game, null);
            return game;
        })];
        return [await GameRate.PlayForAsync(games, duration, started, time, cancellationToken).ConfigureAwait(false)];
    }

    private sealed class Wall : RawActor
    {
        protected override void Receive(object content, RawActor? sender) => sender!.Tell(content, this);
    }

    private sealed class Player(Wall wall) : RawActor
    {
        private Game _game = new(0, 0);

        protected override void Receive(object content, RawActor? sender)
        {
            if (content is Game game)
            {
                _game = game;
                for (int balls = game.Serve(); balls > 0; balls--)
                {
                    wall.Tell(Ball, this);
                }
            }
            else if (_game.Return())
            {
                wall.Tell(content, this);
            }
        }
    }
}
