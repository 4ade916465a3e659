namespace FedActors.Actors.Remoting;

/// <content>What the other side leaves unread before it has shown that it reads.</content>
internal sealed partial class Outbox
{
    /// <summary>The other side has shown that it reads when it says that it has received so many frames.</summary>
    public const int FramesThatShow = 32;

    private long _heard;

    /// <summary>Whether the other side has not shown in this session that it reads, and more lies here of small messages, on their way or before it, than it may leave unread until then.</summary>
    public bool IsUnread
    {
        get
        {
            // A node that has shown it costs no lock.
            if (Volatile.Read(ref _heard) >= FramesThatShow)
            {
                return false;
            }

            using (_sync.Enter())
            {
                return _held - _heldBulk > limits.UnreadBytesAtFirst;
            }
        }
    }
}
