using System.Threading.Channels;

namespace FedActors.Actors.Mailboxes;

/// <summary>A mailbox on a bounded channel.</summary>
internal sealed class ChannelMailbox : Mailbox
{
    private readonly Channel<Envelope> _channel;
    private readonly MailboxFullMode _fullMode;
    private volatile bool _closed;

    /// <param name="options">Bound and full mode.</param>
    /// <param name="dropped">Told of each message that <see cref="MailboxFullMode.DropOldest"/> drops.</param>
    public ChannelMailbox(MailboxOptions options, Action<Envelope> dropped)
    {
        _fullMode = options.FullMode;
        _channel = Channel.CreateBounded(
            new BoundedChannelOptions(options.Capacity)
            {
                FullMode = _fullMode == MailboxFullMode.DropOldest ? BoundedChannelFullMode.DropOldest : BoundedChannelFullMode.Wait,
                SingleReader = true,
                AllowSynchronousContinuations = false,
            },
            dropped);
    }

    public override int Count => _channel.Reader.Count;

    public override DeliveryResult Offer(in Envelope envelope)
    {
        if (_channel.Writer.TryWrite(envelope))
        {
            return DeliveryResult.Accepted;
        }

        return _closed ? DeliveryResult.NoSuchActor : DeliveryResult.Full;
    }

    public override ValueTask<DeliveryResult> OfferAsync(Envelope envelope, CancellationToken cancellationToken)
    {
        DeliveryResult result = Offer(envelope);
        return result != DeliveryResult.Full || _fullMode == MailboxFullMode.Reject
            ? ValueTask.FromResult(result)
            : WaitForRoomAsync(envelope, cancellationToken);
    }

    public override bool TryTake(out Envelope envelope) => _channel.Reader.TryRead(out envelope);

    public override void Close()
    {
        _closed = true;
        _channel.Writer.TryComplete();
    }

    private async ValueTask<DeliveryResult> WaitForRoomAsync(Envelope envelope, CancellationToken cancellationToken)
    {
        try
        {
            // Writers stand in the channel's own queue, first come first served, and nobody slips in before them.
            await _channel.Writer.WriteAsync(envelope, cancellationToken);
            return DeliveryResult.Accepted;
        }
        catch (ChannelClosedException)
        {
            return DeliveryResult.NoSuchActor;
        }
    }
}
