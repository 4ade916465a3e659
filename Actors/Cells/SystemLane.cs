namespace FedActors.Actors.Cells;

/// <summary>The runtime's own messages to an actor: many writers, one reader, first in first out. An empty lane is two empty references.</summary>
internal sealed class SystemLane
{
    // What was written since the reader last looked, the newest first.
    private Node? _written;

    // What the reader has yet to take, the oldest first. The reader's own.
    private Node? _taken;

    /// <summary>Whether there is anything to take. Only for the reader.</summary>
    public bool HasAny => _taken is not null || Volatile.Read(ref _written) is not null;

    /// <summary>Adds a message; a full fence before whatever the caller reads next.</summary>
    public void Add(SystemMessage message)
    {
        var node = new Node(message);
        Node? seen = Volatile.Read(ref _written);
        while (true)
        {
            node.Next = seen;
            Node? now = Interlocked.CompareExchange(ref _written, node, seen);
            if (now == seen)
            {
                return;
            }

            seen = now;
        }
    }

    /// <summary>Takes the next message. Only for the reader.</summary>
    public SystemMessage? Take()
    {
        Node? first = _taken ?? TakeWritten();
        _taken = first?.Next;
        return first?.Message;
    }

    /// <summary>Takes everything that was written, and turns it round.</summary>
    private Node? TakeWritten()
    {
        if (Volatile.Read(ref _written) is null)
        {
            return null;
        }

        Node? oldest = null;
        for (Node? node = Interlocked.Exchange(ref _written, null); node is not null;)
        {
            Node? next = node.Next;
            node.Next = oldest;
            oldest = node;
            node = next;
        }

        return oldest;
    }

    private sealed class Node(SystemMessage message)
    {
        public SystemMessage Message { get; } = message;

        public Node? Next { get; set; }
    }
}
