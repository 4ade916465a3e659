namespace FedActors.Actors.Mailboxes;

/// <summary>A mailbox's bound, and what happens when it is full.</summary>
public sealed record MailboxOptions
{
    /// <summary>Default bound. A thousand messages are a burst; more are a backlog that the senders ought to feel.</summary>
    public const int DefaultCapacity = 1000;

    private readonly int _capacity = DefaultCapacity;

    /// <summary>1,000 messages; senders that can wait do.</summary>
    public static MailboxOptions Default { get; } = new();

    /// <summary>Messages that the mailbox holds, at least 1.</summary>
    public int Capacity
    {
        get => _capacity;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _capacity = value;
        }
    }

    /// <summary>What happens when it is full.</summary>
    public MailboxFullMode FullMode { get; init; } = MailboxFullMode.Wait;
}

/// <summary>What a full mailbox does with a further message.</summary>
public enum MailboxFullMode
{
    /// <summary>Refuses it, but lets a sender that awaits <see cref="ActorRef.TellAsync"/> wait for room.</summary>
    Wait,

    /// <summary>Refuses it, also to a sender that would wait.</summary>
    Reject,

    /// <summary>Takes it, and makes its oldest message a dead letter.</summary>
    DropOldest,
}
