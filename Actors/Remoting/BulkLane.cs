namespace FedActors.Actors.Remoting;

/// <summary>Large messages on their way: in order for each target, targets in turn.</summary>
/// <remarks>Not safe for concurrent use; its owner locks.</remarks>
internal sealed class BulkLane
{
    private readonly Dictionary<ActorPath, Queue<BulkMessage>> _byTarget = [];
    private readonly Queue<ActorPath> _turns = new();

    public bool IsEmpty => _turns.Count == 0;

    /// <summary>Targets that messages wait for.</summary>
    public int Targets => _turns.Count;

    /// <summary>Whether a message to this target must queue here so as not to overtake another.</summary>
    public bool Holds(RemoteActorRef target) => _byTarget.ContainsKey(LaneOf(target));

    /// <summary>The last message that waits for a target, or null.</summary>
    public BulkMessage? Last(RemoteActorRef target) => _byTarget.TryGetValue(LaneOf(target), out Queue<BulkMessage>? queue) ? queue.Last() : null;

    public void Add(BulkMessage message)
    {
        ActorPath target = LaneOf(message.Target);
        if (!_byTarget.TryGetValue(target, out Queue<BulkMessage>? queue))
        {
            queue = new Queue<BulkMessage>();
            _byTarget.Add(target, queue);
            _turns.Enqueue(target);
        }

        queue.Enqueue(message);
    }

    /// <summary>The message whose turn it is, without taking it out.</summary>
    /// <param name="batchesTaken">Batches of small frames that have been taken: one that has not begun has its turn only behind those that it follows.</param>
    public BulkMessage? Next(long batchesTaken)
    {
        for (int i = 0; i < _turns.Count; i++)
        {
            BulkMessage message = _byTarget[_turns.Peek()].Peek();
            if (message.StreamId != 0 || message.BatchesBefore <= batchesTaken)
            {
                return message;
            }

            _turns.Enqueue(_turns.Dequeue());
        }

        return null;
    }

    /// <summary>Ends the turn of the message whose turn it is.</summary>
    /// <param name="done">Whether it is wholly sent and leaves the lane.</param>
    public void EndTurn(bool done)
    {
        ActorPath target = _turns.Dequeue();
        Queue<BulkMessage> queue = _byTarget[target];
        if (done)
        {
            queue.Dequeue();
        }

        if (queue.Count > 0)
        {
            _turns.Enqueue(target);
        }
        else
        {
            _byTarget.Remove(target);
        }
    }

    /// <summary>Forgets what went over a connection that has ended.</summary>
    public void BeginAgain()
    {
        foreach (Queue<BulkMessage> queue in _byTarget.Values)
        {
            queue.Peek().BeginAgain();
        }
    }

    /// <summary>Takes out the messages that meet a condition.</summary>
    public List<BulkMessage> Remove(Func<BulkMessage, bool> condition)
    {
        var removed = new List<BulkMessage>();
        foreach (ActorPath target in _byTarget.Keys.ToArray())
        {
            ILookup<bool, BulkMessage> parted = _byTarget[target].ToLookup(condition);
            removed.AddRange(parted[true]);
            _byTarget[target] = new Queue<BulkMessage>(parted[false]);
            if (_byTarget[target].Count == 0)
            {
                _byTarget.Remove(target);
            }
        }

        ActorPath[] turns = [.. _turns.Where(_byTarget.ContainsKey)];
        _turns.Clear();
        foreach (ActorPath target in turns)
        {
            _turns.Enqueue(target);
        }

        return removed;
    }

    /// <summary>All references to one actor have one lane, whether they know it by its name alone, by its node's address, or exactly.</summary>
    public static ActorPath LaneOf(RemoteActorRef target) => new(string.Empty, target.Path.Name, 0);
}
