using FedActors.Actors.Cells;

namespace FedActors.Actors.Remoting;

/// <summary>Reaches an actor of another node, over whatever connection there is.</summary>
internal sealed class RemoteActorRef : ActorRef
{
    private readonly long _question;

    // Each question that arrives makes a reference: what only actors need lies apart.
    private readonly Naming? _naming;

    public RemoteActorRef(Endpoint endpoint, ActorPath path)
        : base(endpoint.System)
    {
        Endpoint = endpoint;
        _naming = new Naming(path);
        _question = path.Name.StartsWith(PromiseRef.NamePrefix, StringComparison.Ordinal) ? path.Uid : 0;
    }

    /// <summary>A question of the node, known by its number. Its name is made only when somebody asks for it.</summary>
    public RemoteActorRef(Endpoint endpoint, long question)
        : base(endpoint.System)
    {
        Endpoint = endpoint;
        _question = question;
    }

    public override ActorPath Path => _naming?.Path ?? PromiseRef.PathOf(Endpoint.Name, _question);

    /// <summary>The number of the question that this stands for, or 0 for an actor.</summary>
    public long Question => _question;

    /// <summary>A reference made by address learns its node's id when the node is connected.</summary>
    internal override ActorPath WirePath => Path with { Node = Endpoint.Node ?? Path.Node };

    internal override WireName? WireName => _naming?.WireName;

    internal override int MaxMessageBytes => Endpoint.Outbox.MaxMessageBytes;

    /// <summary>State towards the actor's node.</summary>
    internal Endpoint Endpoint { get; }

    internal override DeliveryResult Offer(in Envelope envelope) => Endpoint.Offer(this, envelope);

    internal override ValueTask<DeliveryResult> OfferAsync(Envelope envelope, CancellationToken cancellationToken) =>
        Endpoint.OfferAsync(this, envelope, cancellationToken);

    internal override bool AsksQuestion => _question != 0;

    internal override void FailQuestion(AskFailedException failure)
    {
        if (_question != 0)
        {
            Endpoint.TellAskFailed(Path, failure.Message);
        }
    }

    internal override void OnWatchTaken(ActorRef watched) => Endpoint.EndWatchChange(watched, this);

    internal override void SendSystem(SystemMessage message)
    {
        switch (message)
        {
            case SystemMessage.Watch watch:
                Endpoint.Watch(this, watch.Watcher);
                break;
            case SystemMessage.Unwatch unwatch:
                Endpoint.Unwatch(this, unwatch.Watcher);
                break;
            case SystemMessage.WatchedEnded ended:
                Endpoint.TellEnded(ended.Watched, this, ended.Reason);
                break;
            default:
                throw new InvalidOperationException($"{message.GetType().Name} cannot be sent to {Path}, an actor of another node.");
        }
    }

    /// <summary>What an actor is called, and what stands for it in tables of names.</summary>
    private sealed class Naming(ActorPath path)
    {
        public ActorPath Path { get; } = path;

        public WireName WireName { get; } = new();
    }
}
