namespace FedActors.Actors.Remoting;

/// <content>Those who wait for room: first come, first served.</content>
internal sealed partial class Outbox
{
    private readonly LinkedList<Waiter> _waiting = new();
    private readonly Dictionary<ActorPath, int> _waitedFor = [];

    /// <summary>Accepts a message as soon as there is room for it, and never before one to the same actor that waits already.</summary>
    public async ValueTask<DeliveryResult> OfferAsync(RemoteActorRef target, Envelope envelope, CancellationToken cancellationToken)
    {
        DeliveryResult result = DeliveryResult.Full;
        Waiter? waiter = null;
        bool wake;
        using (_sync.Enter())
        {
            ActorPath lane = BulkLane.LaneOf(target);
            if (_waiting.Count == 0 || !_waitedFor.ContainsKey(lane))
            {
                result = OfferLocked(target, envelope);
            }

            if (result == DeliveryResult.Full)
            {
                _wantsRoom = true;
                waiter = new Waiter(target, lane, envelope);
                _waiting.AddLast(waiter);
                _waitedFor[lane] = _waitedFor.GetValueOrDefault(lane) + 1;
            }

            wake = TakeDrained();
        }

        if (wake)
        {
            filled(false);
        }

        return waiter is null ? result : await AwaitAsync(waiter, cancellationToken);
    }

    private async ValueTask<DeliveryResult> AwaitAsync(Waiter waiter, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister((_, token) => Withdraw(waiter, token), null);
        return await waiter.Task;
    }

    /// <summary>Who gives up before there is room has sent nothing.</summary>
    private void Withdraw(Waiter waiter, CancellationToken cancellationToken)
    {
        using (_sync.Enter())
        {
            if (_waiting.Find(waiter) is { } node)
            {
                Remove(node);
                waiter.SetCanceled(cancellationToken);
            }
        }
    }

    /// <summary>Serves those who wait when half of the room is free, so that a full queue does not wake somebody for each message.</summary>
    /// <returns>Whether there was anybody to serve.</returns>
    private bool ServeWaiters()
    {
        if (_waiting.Count == 0 || (!_shut && _held > limits.MaxQueuedBytes / 2))
        {
            return false;
        }

        // One who finds no room holds up only who waits for the same actor: for a small message there may be room yet.
        HashSet<ActorPath>? passed = null;
        for (LinkedListNode<Waiter>? node = _waiting.First, next; node is not null; node = next)
        {
            next = node.Next;
            if (passed?.Contains(node.Value.Lane) != true && !TryServe(node))
            {
                (passed ??= []).Add(node.Value.Lane);
            }
        }

        return true;
    }

    private bool TryServe(LinkedListNode<Waiter> node)
    {
        try
        {
            DeliveryResult result = OfferLocked(node.Value.Target, node.Value.Envelope);
            if (result == DeliveryResult.Full)
            {
                return false;
            }

            Remove(node);
            node.Value.SetResult(result);
        }
        catch (Exception e)
        {
            // What a message throws when it is encoded is for its sender to hear, not for the connection that made room.
            Remove(node);
            node.Value.SetException(e);
        }

        return true;
    }

    private void Remove(LinkedListNode<Waiter> node)
    {
        _waiting.Remove(node);
        ActorPath lane = node.Value.Lane;
        if (--_waitedFor[lane] == 0)
        {
            _waitedFor.Remove(lane);
        }
    }

    /// <summary>Somebody who waits. Completed under the lock, and goes on elsewhere.</summary>
    private sealed class Waiter(RemoteActorRef target, ActorPath lane, Envelope envelope)
        : TaskCompletionSource<DeliveryResult>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public RemoteActorRef Target { get; } = target;

        public ActorPath Lane { get; } = lane;

        public Envelope Envelope { get; } = envelope;
    }
}
