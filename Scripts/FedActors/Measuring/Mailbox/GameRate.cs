namespace FedActors.Scripts.Measuring.Mailbox;

/// <summary>Lets games go on for a time and says how many messages a second were told in them.</summary>
internal static class GameRate
{
    public static async Task<double> PlayForAsync(Game[] games, TimeSpan duration, long started, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(duration, time, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            foreach (Game game in games)
            {
                game.Whistle();
            }

            await Task.WhenAll(games.Select(game => game.Over)).ConfigureAwait(false);
        }

        return 2 * games.Sum(game => game.Thrown) / time.GetElapsedTime(started).TotalSeconds;
    }
}
