namespace FedActors.Scripts.Measuring.Mailbox;

/// <summary>A game of a player and a wall: how many balls fly at once, how long it lasts, and how many were thrown.</summary>
/// <remarks>Only the player's turn touches it, but for <see cref="Whistle"/>.</remarks>
internal sealed class Game
{
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _inFlight;
    private readonly long _balls;
    private long _received;
    private volatile bool _whistled;

    /// <param name="inFlight">Balls that the player serves before the first comes back.</param>
    /// <param name="balls">Balls to throw, unless the game is ended before.</param>
    public Game(int inFlight, long balls)
    {
        _inFlight = inFlight;
        _balls = balls;
    }

    /// <summary>Completes when the last ball has come back.</summary>
    public Task Over => _over.Task;

    /// <summary>Balls thrown so far. Each is two messages: to the wall and back.</summary>
    public long Thrown { get; private set; }

    /// <summary>Lets nobody throw any more. The game is over when what flies has come back.</summary>
    public void Whistle() => _whistled = true;

    /// <summary>Balls to throw at the start.</summary>
    public int Serve()
    {
        int balls = (int)Math.Min(_inFlight, _balls);
        Thrown = balls;
        return balls;
    }

    /// <summary>Counts a ball that came back.</summary>
    /// <returns>Whether to throw it again.</returns>
    public bool Return()
    {
        _received++;
        if (!_whistled && Thrown < _balls)
        {
            Thrown++;
            return true;
        }

        if (_received == Thrown)
        {
            _over.SetResult();
        }

        return false;
    }
}
