namespace FedActors.Scripts.Runs;

/// <summary>Where rounds are shown, one row each: as lines, or as a table that grows in place. Calls come one at a time and return at once.</summary>
internal abstract class RoundScreen : IAsyncDisposable
{
    /// <summary>What is trained, once at the beginning.</summary>
    public abstract void Title(string text);

    /// <summary>A round as it stands.</summary>
    /// <param name="round">Its number.</param>
    /// <param name="rounds">How many there will be at most.</param>
    /// <param name="cells">Its figures, one for each column.</param>
    /// <param name="note">What was out of the ordinary, or null.</param>
    /// <param name="isClosed">Whether it stays so; a round that does not may be shown again.</param>
    public abstract void Row(int round, int rounds, IReadOnlyList<string> cells, string? note, bool isClosed);

    /// <summary>Something else that a person should see, such as a lost worker.</summary>
    public abstract void Note(string text);

    /// <summary>What is waited for.</summary>
    public abstract void Waiting(string cause);

    /// <summary>Where log lines go so that they do not disturb the rounds; null for standard error as usual.</summary>
    public virtual TextWriter? LogWriter => null;

    /// <summary>Ends, after what was still to be shown.</summary>
    public abstract ValueTask DisposeAsync();
}
