using FedActors.Actors.Serialization;

namespace FedActors.Actors.Remoting;

/// <summary>What the other side of one connection may still send of large messages.</summary>
/// <remarks>
/// Credit is granted as bytes arrive, while there is room for what actors have not handled yet. Once there is none, the other side
/// comes to the end of its window and waits, with its large messages alone, until enough has been handled.
/// </remarks>
/// <param name="unhandled">What has arrived from the node and was not handled yet.</param>
/// <param name="window">What the other side may send before it is granted more.</param>
/// <param name="withheld">How much of that it was told to wait for when the connection began.</param>
/// <param name="sender">Says what is granted.</param>
/// <param name="time">The system's clock.</param>
internal sealed class IncomingCredit(UnhandledBytes unhandled, int window, int withheld, LinkSender sender, TimeProvider time)
{
    // Each grant is a flush here and a wakening there; while some are under way the other side has the rest of the window to send.
    // A record of TLS, and a frame's head, less than a frame is long: the last record of a chunk need not have come.
    private const int MostGrantBytes = (256 * 1024) - (16 * 1024) - 16;

    private readonly int _grant = GrantBytes(window);
    private int _ungranted = withheld;
    private long _roomSince;
    private bool _begun;

    /// <summary>How much must have arrived to be granted anew.</summary>
    /// <param name="window">The whole window: a grant is half of it at most, so that there is always more to send meanwhile.</param>
    public static int GrantBytes(int window) => Math.Min(window / 2, MostGrantBytes);

    /// <summary>Whether the other side may have to wait for credit, so that its standing still says nothing.</summary>
    public bool IsWithheld => !unhandled.HasRoom;

    /// <summary>When there was room again after there had been none, as a timestamp; 0 for never.</summary>
    public long RoomSince => Volatile.Read(ref _roomSince);

    /// <summary>The connection is in use: room that came since the other side was told to wait is granted, since nobody knew of the connection then.</summary>
    public void Begin()
    {
        // A full fence: either whoever brings room sees that the connection is in use, or this sees the room.
        Interlocked.Exchange(ref _begun, true);
        GrantIfDue();
    }

    /// <summary>Bytes have arrived.</summary>
    /// <exception cref="ProtocolException">They were not granted.</exception>
    public void Use(int bytes)
    {
        // What is granted is taken off before it is said, so that only who was not granted it can be ahead of it.
        int ungranted = Interlocked.Add(ref _ungranted, bytes);
        if (ungranted > window)
        {
            throw new ProtocolException($"{ungranted} bytes of large messages came where {window} had been granted.");
        }

        GrantIfDue();
    }

    /// <summary>There is room again. Any thread may say so.</summary>
    public void OnRoom()
    {
        Volatile.Write(ref _roomSince, time.GetTimestamp());

        // Before that nothing may be said: who dialled has yet to say that the connection is in use.
        if (Volatile.Read(ref _begun))
        {
            GrantIfDue();
        }
    }

    private void GrantIfDue()
    {
        if (Volatile.Read(ref _ungranted) < _grant || !unhandled.HasRoom)
        {
            return;
        }

        int bytes = Interlocked.Exchange(ref _ungranted, 0);
        if (bytes > 0)
        {
            sender.PostCredit(bytes);
        }
    }
}
