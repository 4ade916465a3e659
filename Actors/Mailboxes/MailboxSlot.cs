namespace FedActors.Actors.Mailboxes;

/// <summary>A place in a mailbox: an envelope whose parts are written one by one, so that what is absent costs nothing.</summary>
internal struct MailboxSlot
{
    public object Message;
    public ActorRef? Sender;
    public MessageHeaders? Headers;

    public readonly Envelope Envelope => new(Message, Sender, Headers);

    /// <summary>Empties a place whose message was handled: nothing keeps it alive from here on.</summary>
    public void Clear()
    {
        MessageHeaders? headers = Headers;
        this = default;
        if (headers is not null)
        {
            headers.Arrival?.Leave();
        }
    }

    /// <summary>Fills an empty place.</summary>
    public void Put(in Envelope envelope)
    {
        Message = envelope.Message;
        Sender = envelope.Sender;
        if (envelope.Headers is { } headers)
        {
            Headers = headers;
            headers.Arrival?.Enter();
        }
    }
}
