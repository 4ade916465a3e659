using FedActors.Actors.Remoting.Frames;

namespace FedActors.Actors.Remoting;

/// <summary>How much of large messages this side may have under way on one connection.</summary>
/// <remarks>
/// The other side says what it takes, which is enough to keep the connection busy; but a small message waits behind all that is under way.
/// While small messages go beside large ones, this side therefore leaves most of the window unused, and when they cease it takes more of
/// it step by step: a small message then waits, at most, as long as a small part of what has gone since the last one took.
/// All of it follows from what was sent and granted, and nothing from a clock.
/// Credit may be granted by any thread; the rest is the sending loop's.
/// </remarks>
/// <param name="window">What the other side takes before it grants more.</param>
/// <param name="withheld">How much of that it grants later. Counts as under way, since it comes back like it.</param>
/// <param name="grant">At so many bytes or fewer that have arrived, the other side grants them anew.</param>
internal sealed class SendWindow(int window, int withheld, int grant)
{
    /// <summary>What may be under way while small messages go beside it. Measured: a question then waits for well under a millisecond, or one with TLS.</summary>
    public const int NarrowBytes = 512 * 1024;

    /// <summary>Of what has gone since the last small message, such a part may be under way.</summary>
    public const int Part = 128;

    // Never so little that what is under way is less than what the other side grants by: both would wait.
    private readonly int _narrow = (int)Math.Min(window, Math.Max(NarrowBytes, 2L * grant));
    private int _credit = window - withheld;
    private long _sinceSmall = (long)Part * window;

    /// <summary>The window that a node has said it has.</summary>
    public static SendWindow Of(Greeting peer) =>
        new(peer.BulkWindowBytes, peer.WithheldBytes, peer.GrantBytes > 0 ? peer.GrantBytes : peer.BulkWindowBytes / 2);

    /// <summary>Bytes that may be sent now.</summary>
    public int Room
    {
        get
        {
            int credit = Volatile.Read(ref _credit);
            return Math.Min(credit, Limit - (window - credit));
        }
    }

    /// <summary>A chunk may wait until there is room for so much, and no longer: the other side might wait for it.</summary>
    public int LeastRoom => _narrow / 2;

    /// <summary>Bytes that may go between two looks at the small messages: while the other side grants them anew there is as much to send again.</summary>
    public int Turn => Limit / 2;

    private int Limit => (int)Math.Clamp(_sinceSmall / Part, _narrow, window);

    /// <summary>Bytes of a large message are sent, no more than there was room for.</summary>
    public void OnSent(int bytes)
    {
        Interlocked.Add(ref _credit, -bytes);
        _sinceSmall += bytes;
    }

    /// <summary>Small messages are sent. They share the connection if more is under way than the other side may have and not have granted anew.</summary>
    public void OnSmall()
    {
        if (window - Volatile.Read(ref _credit) > grant)
        {
            _sinceSmall = 0;
        }
    }

    /// <summary>The other side takes more.</summary>
    /// <exception cref="ProtocolException">More than its window: it has lost count.</exception>
    public void Grant(int bytes)
    {
        // Compared before it is added, or a very large one would wrap around.
        if (bytes <= 0 || bytes > window - Volatile.Read(ref _credit))
        {
            throw new ProtocolException($"A credit of {bytes} bytes exceeds the window of {window}.");
        }

        Interlocked.Add(ref _credit, bytes);
    }
}
