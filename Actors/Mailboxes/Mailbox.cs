using System.Runtime.InteropServices;

namespace FedActors.Actors.Mailboxes;

/// <summary>The user lane of an actor: many writers, one reader, bounded, first in first out for each writer.</summary>
/// <remarks>
/// The reader takes messages out of a batch that is its own, and gets the next batch with one lock. Messages of the batch count as
/// waiting until they are taken. A message stays in its slot while it is handled, until the next is taken.
/// </remarks>
internal abstract class Mailbox
{
    // The reader's own. Writers look at the number taken, but only when there seems to be no room.
    private MailboxSlot[] _batch = [];
    private int _next;
    private int _end;
    private long _taken;
    private volatile bool _isAwaited;

    // What derived classes add is written by writers on other cores: on another cache line than what the reader writes for each message.
#pragma warning disable CS0169 // Never read: it takes up room.
    private readonly CacheLine _apart;
#pragma warning restore CS0169

    /// <summary>Messages waiting now.</summary>
    public abstract int Count { get; }

    /// <summary>Messages taken so far.</summary>
    public long Taken => Volatile.Read(ref _taken);

    /// <summary>Whether the reader has yet to take something. What was offered before its last full fence is seen.</summary>
    public bool HasMore => _next < _end || HasIncoming();

    /// <summary>Whether writers wait for room. Checked without a fence: see <see cref="BatchMailbox"/>.</summary>
    protected bool IsAwaited
    {
        get => _isAwaited;
        set => _isAwaited = value;
    }

    /// <summary>Adds a message, or says why not, without waiting. Accepting is a full fence before whatever the caller reads next.</summary>
    public abstract DeliveryResult Offer(in Envelope envelope);

    /// <summary>Adds a message, waiting for room where the full mode allows it.</summary>
    public abstract ValueTask<DeliveryResult> OfferAsync(Envelope envelope, CancellationToken cancellationToken);

    /// <summary>Takes the next message. Called only by the loop that owns the actor.</summary>
    /// <param name="slots">The batch that it is in.</param>
    /// <param name="index">Its place there.</param>
    public bool TryTake(out MailboxSlot[] slots, out int index)
    {
        ClearHandled();
        if (_next == _end && !Refill())
        {
            slots = _batch;
            index = 0;
            return false;
        }

        slots = _batch;
        index = _next++;
        Volatile.Write(ref _taken, _taken + 1);
        if (_isAwaited)
        {
            Admit();
        }

        return true;
    }

    /// <summary>Empties the place of the message that was taken last, which has been handled. Taking the next one does so, too.</summary>
    public void ClearHandled()
    {
        if (_next > 0)
        {
            _batch[_next - 1].Clear();
        }
    }

    /// <summary>Leaves the batch to a handler that hangs with one of its messages, and goes on with a copy of what it has not taken.</summary>
    public void LeaveBatchBehind()
    {
        // The handler may look at its message still. Nobody empties the place any more.
        MessageHeaders? left = _next > 0 ? _batch[_next - 1].Headers : null;
        _batch = _batch[_next.._end];
        _next = 0;
        _end = _batch.Length;
        left?.Arrival?.Leave();
    }

    /// <summary>Refuses all further messages; those inside can still be taken. Writers that wait are refused.</summary>
    public abstract void Close();

    /// <summary>Whether messages wait outside the reader's batch.</summary>
    protected abstract bool HasIncoming();

    /// <summary>Gets the reader a new batch, if there are messages.</summary>
    protected abstract bool Refill();

    /// <summary>Gives room to writers that wait for it.</summary>
    protected abstract void Admit();

    /// <summary>Hands a batch over to the reader.</summary>
    /// <returns>The array of the one before; it is empty.</returns>
    protected MailboxSlot[] HandOver(MailboxSlot[] batch, int count)
    {
        MailboxSlot[] emptied = _batch;
        _batch = batch;
        _next = 0;
        _end = count;
        return emptied;
    }

    [StructLayout(LayoutKind.Sequential, Size = 64)]
    private struct CacheLine;
}
