using System.Threading.Channels;

namespace FedActors.Actors.Mailboxes;

/// <summary>A mailbox on a bounded channel. Its reader takes one message at a time, so that the oldest can still be dropped.</summary>
internal sealed class ChannelMailbox : Mailbox
{
    private readonly Channel<Envelope> _channel;
    private readonly MailboxFullMode _fullMode;
    private MailboxSlot[] _single = new MailboxSlot[1];
    private volatile bool _closed;

    /// <param name="options">Bound and full mode.</param>
    /// <param name="dropped">Told of each message that <see cref="MailboxFullMode.DropOldest"/> drops.</param>
    public ChannelMailbox(MailboxOptions options, Action<Envelope> dropped)
    {
        _fullMode = options.FullMode;
        _channel = Channel.CreateBounded<Envelope>(
            new BoundedChannelOptions(options.Capacity)
            {
                FullMode = _fullMode == MailboxFullMode.DropOldest ? BoundedChannelFullMode.DropOldest : BoundedChannelFullMode.Wait,
                SingleReader = true,
                AllowSynchronousContinuations = false,
            },
            envelope =>
            {
                dropped(envelope);
                envelope.Headers?.Arrival?.Leave();
            });
    }

    public override int Count => _channel.Reader.Count;

    /// <remarks>The channel's own lock is the fence.</remarks>
    public override DeliveryResult Offer(in Envelope envelope)
    {
        envelope.Headers?.Arrival?.Enter();
        if (_channel.Writer.TryWrite(envelope))
        {
            return DeliveryResult.Accepted;
        }

        envelope.Headers?.Arrival?.Leave();
        return _closed ? DeliveryResult.NoSuchActor : DeliveryResult.Full;
    }

    public override ValueTask<DeliveryResult> OfferAsync(Envelope envelope, CancellationToken cancellationToken)
    {
        DeliveryResult result = Offer(envelope);
        return result != DeliveryResult.Full || _fullMode == MailboxFullMode.Reject
            ? ValueTask.FromResult(result)
            : WaitForRoomAsync(envelope, cancellationToken);
    }

    public override void Close()
    {
        _closed = true;
        _channel.Writer.TryComplete();
    }

    protected override bool HasIncoming() => _channel.Reader.Count > 0;

    protected override bool Refill()
    {
        if (!_channel.Reader.TryRead(out Envelope envelope))
        {
            return false;
        }

        _single[0].Put(envelope);
        envelope.Headers?.Arrival?.Leave();
        _single = HandOver(_single, 1) is [_] emptied ? emptied : new MailboxSlot[1];
        return true;
    }

    /// <summary>The channel lets its own waiting writers in.</summary>
    protected override void Admit()
    {
    }

    private async ValueTask<DeliveryResult> WaitForRoomAsync(Envelope envelope, CancellationToken cancellationToken)
    {
        bool isAccepted = false;
        envelope.Headers?.Arrival?.Enter();
        try
        {
            // Writers stand in the channel's own queue, first come first served, and nobody slips in before them.
            await _channel.Writer.WriteAsync(envelope, cancellationToken);
            isAccepted = true;
            return DeliveryResult.Accepted;
        }
        catch (ChannelClosedException)
        {
            return DeliveryResult.NoSuchActor;
        }
        finally
        {
            if (!isAccepted)
            {
                envelope.Headers?.Arrival?.Leave();
            }
        }
    }
}
