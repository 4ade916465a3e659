using FedActors.Actors.Cells;

namespace FedActors.Actors;

/// <summary>Reaches an actor of this process.</summary>
internal sealed class LocalActorRef(ActorCell cell, ActorPath path) : ActorRef(cell.System)
{
    private WireName? _wireName;

    public ActorCell Cell { get; } = cell;

    public override ActorPath Path { get; } = path;

    internal override WireName WireName =>
        _wireName ?? Interlocked.CompareExchange(ref _wireName, new WireName(), null) ?? _wireName;

    internal override DeliveryResult Offer(in Envelope envelope) => Cell.Offer(envelope);

    internal override DeliveryResult OfferAwaited(in Envelope envelope) => Cell.OfferAwaited(envelope);

    internal override ValueTask<DeliveryResult> OfferAsync(Envelope envelope, CancellationToken cancellationToken) =>
        Cell.OfferAsync(envelope, cancellationToken);

    internal override void SendSystem(SystemMessage message) => Cell.SendSystem(message);
}
