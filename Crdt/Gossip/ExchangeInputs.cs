namespace FedActors.Crdt.Gossip;

/// <summary>Something that has happened. A closed set.</summary>
public abstract record ExchangeInput
{
    private protected ExchangeInput()
    {
    }
}

/// <summary>A neighbour is connected.</summary>
/// <param name="Session">The caller's number for the connection, never used twice.</param>
/// <param name="Member">Who it says it is.</param>
/// <param name="ProvedName">The replica that it has proved to be; null if nothing was proved.</param>
public sealed record NeighbourConnected(long Session, Member Member, string? ProvedName) : ExchangeInput;

/// <summary>A neighbour's connection is gone.</summary>
/// <param name="Session">Which.</param>
public sealed record NeighbourClosed(long Session) : ExchangeInput;

/// <summary>It is time to exchange with a neighbour.</summary>
/// <param name="Session">Which.</param>
/// <param name="Full">Whether to compare digests even if the root hashes agree.</param>
public sealed record ExchangeDue(long Session, bool Full = false) : ExchangeInput;

/// <summary>Something may have changed that a neighbour has not heard of.</summary>
/// <param name="Session">Which.</param>
public sealed record NewsDue(long Session) : ExchangeInput;

/// <summary>A neighbour has sent something.</summary>
/// <param name="Session">Which.</param>
/// <param name="Message">What.</param>
public sealed record MessageReceived(long Session, ExchangeMessage Message) : ExchangeInput;

/// <summary>A body that was to be judged has been, as <see cref="JudgeBody"/> asked for.</summary>
/// <param name="Judgement">The effect that it answers.</param>
/// <param name="Body">The body, with its hash.</param>
/// <param name="Faults">Of each entry that asks for a proof why the body does not prove its owner; null if it does, or need not.</param>
public sealed record BodyJudged(JudgeBody Judgement, Body Body, IReadOnlyList<string?> Faults) : ExchangeInput;

/// <summary>Time has passed: some waits may be over. To be given about once a second.</summary>
public sealed record TimePassed : ExchangeInput;
