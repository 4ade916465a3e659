namespace FedActors.Actors.Transport.Sockets;

/// <summary>Whether of a connection little comes and often, so that whoever waits for it had better go on with it, too.</summary>
/// <remarks>
/// Wakening another thread takes longer than what a small message gives to do. What comes seldom is not worth looking out for, and
/// what comes in bulk is work for other threads: it would hold up everybody else.
/// </remarks>
/// <param name="time">Measures the pauses.</param>
internal sealed class Conversation(TimeProvider time)
{
    /// <summary>A read of so many bytes is bulk.</summary>
    public const int BulkBytes = 4 * 1024;

    /// <summary>So many small reads in a row make a conversation.</summary>
    public const int ReadsBefore = 8;

    /// <summary>Once it has held up the others it is none for so many reads, and for twice as many each time that it does so again soon.</summary>
    public const int ReadsAfterHolding = 256;

    /// <summary>For as many at most.</summary>
    public const int MostReadsAfterHolding = 64 * 1024;

    /// <summary>It does so soon if it does within so many times the reads for which it was none. A machine that takes a thread's processor away for a moment looks like it now and then.</summary>
    public const int Soon = 8;

    /// <summary>A longer pause ends it.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(1);

    private long _lastRead = time.GetTimestamp();
    private int _reads;
    private int _penalty;
    private int _without;
    private long _readsSinceHolding;
    private volatile bool _hasHeld;

    /// <summary>Whether it is one now. Asked by who reads.</summary>
    public bool IsQuick => _reads >= ReadsBefore && _without == 0 && !_hasHeld;

    /// <summary>Notes a read. Called by who reads.</summary>
    public void OnRead(int bytes)
    {
        long now = time.GetTimestamp();
        bool goesOn = bytes < BulkBytes && time.GetElapsedTime(_lastRead, now) <= LongestPause;
        _lastRead = now;
        _reads = goesOn ? Math.Min(_reads + 1, ReadsBefore) : 0;
        if (_hasHeld)
        {
            _hasHeld = false;
            bool isSoon = _readsSinceHolding <= (long)Soon * _penalty;
            _penalty = isSoon ? Math.Clamp(2 * _penalty, ReadsAfterHolding, MostReadsAfterHolding) : ReadsAfterHolding;
            _without = _penalty;
            _readsSinceHolding = 0;
        }

        _readsSinceHolding++;
        _without = Math.Max(0, _without - 1);
    }

    /// <summary>What it brought has held up those who wait for other sockets. Called from any thread.</summary>
    public void OnHolding() => _hasHeld = true;
}
