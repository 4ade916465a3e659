using System.Diagnostics;

namespace FedActors.Actors.Remoting;

/// <summary>What a frame carries, for the case that it does not arrive. Its parts are written one by one, so that what is absent costs nothing.</summary>
internal struct OutboxEntry
{
    private object _message;
    private ActorRef? _sender;
    private MessageHeaders? _headers;

    /// <summary>For whom it is, or null if the runtime itself speaks.</summary>
    public RemoteActorRef? Target { get; private set; }

    public readonly Envelope Envelope => new(_message, _sender, _headers);

    /// <summary>Fills an empty entry.</summary>
    public void Fill(RemoteActorRef? target, in Envelope envelope)
    {
        Debug.Assert(_sender is null && _headers is null, "An entry that is filled anew would name a sender of before.");
        Target = target;
        _message = envelope.Message;
        if (envelope.Sender is { } sender)
        {
            _sender = sender;
        }

        if (envelope.Headers is { } headers)
        {
            _headers = headers;
        }
    }
}
