using FedActors.Actors.Cells;

namespace FedActors.Actors.Remoting;

/// <summary>Messages of one node that wait for room in their actors' mailboxes, so that nothing behind them has to.</summary>
/// <remarks>
/// They stand in the mailbox's own line, which nobody passes, so that order is kept. Only the one loop that receives adds; when too much
/// waits, it waits too, and through the transport's buffers the node feels it. A message waits for as long as the actor goes on
/// handling others. When it has handled nothing for the whole patience the message is a dead letter, and so is at once what comes for
/// the full mailbox after it, until the actor handles something.
/// </remarks>
internal sealed class SetAsideMessages(ActorSystem system, TimeSpan patience, int maxBytes)
{
    // What an entry takes beside its message's bytes: its place in the line, a task, a timer.
    private const int EntryBytes = 1024;

    // A busy actor takes its next message long before; it is one that does not come to it for which the loop goes on.
    private static readonly TimeSpan Hesitation = TimeSpan.FromMilliseconds(20);

    private readonly Lock _sync = new();
    private long _held;
    private TaskCompletionSource? _room;

    /// <summary>Waits a moment for room in a mailbox, and then sets the message aside.</summary>
    /// <param name="target">Whose mailbox is full.</param>
    /// <param name="envelope">The message.</param>
    /// <param name="bytes">What it takes.</param>
    /// <param name="cancellationToken">Ends the wait for room here; the message has then not arrived.</param>
    public ValueTask AddAsync(LocalActorRef target, Envelope envelope, int bytes, CancellationToken cancellationToken)
    {
        lock (_sync)
        {
            if (_held > 0 && _held >= maxBytes)
            {
                _room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                return AddWhenThereIsRoomAsync(_room.Task, target, envelope, bytes, cancellationToken);
            }

            _held += bytes + EntryBytes;
        }

        bool areOthersAside = target.Cell.WaitingAside > 0;
        Task waiting = WaitAsync(target, envelope, bytes + EntryBytes);
        if (waiting.IsCompleted)
        {
            return ValueTask.CompletedTask;
        }

        if (areOthersAside)
        {
            _ = CountAsideAsync(target, waiting);
            return ValueTask.CompletedTask;
        }

        return HesitateAsync(target, waiting);
    }

    private async ValueTask AddWhenThereIsRoomAsync(Task room, LocalActorRef target, Envelope envelope, int bytes, CancellationToken cancellationToken)
    {
        await room.EndAsync(cancellationToken);
        if (target.Cell.StandsStill)
        {
            system.DeadLetters.Publish(target, envelope, DeadLetterReason.Full);
        }
        else
        {
            await AddAsync(target, envelope, bytes, cancellationToken);
        }
    }

    /// <summary>Nothing cancels it: the message stands in the line already, and has arrived.</summary>
    private async ValueTask HesitateAsync(LocalActorRef target, Task waiting)
    {
        if (await waiting.EndOrLimitAsync(Hesitation, system.Time, CancellationToken.None))
        {
            await waiting;
        }
        else
        {
            _ = CountAsideAsync(target, waiting);
        }
    }

    private static async Task CountAsideAsync(LocalActorRef target, Task waiting)
    {
        target.Cell.WaitAside(1);
        try
        {
            await waiting;
        }
        finally
        {
            target.Cell.WaitAside(-1);
        }
    }

    /// <summary>Takes a place in the mailbox's line at once, and stays there until there is room or patience ends.</summary>
    private async Task WaitAsync(LocalActorRef target, Envelope envelope, int bytes)
    {
        // Between here and its place in the mailbox it counts as it did before.
        LargeArrival? arrival = envelope.Headers?.Arrival;
        arrival?.Enter();
        try
        {
            DeliveryResult result = await OfferAsync(target, envelope);
            if (result != DeliveryResult.Accepted)
            {
                system.DeadLetters.Publish(target, envelope, result);
            }
        }
        catch (OutOfMemoryException e)
        {
            // The mailbox could not grow. Nobody awaits this: it costs the message, and is said aloud.
            Diagnostics.Log.SetAsideFailed(system.Remote.Log, target.Path, e);
        }
        finally
        {
            arrival?.Leave();
            Release(bytes);
        }
    }

    private async ValueTask<DeliveryResult> OfferAsync(LocalActorRef target, Envelope envelope)
    {
        using var over = new CancellationTokenSource();
        long handled = target.Cell.Handled;
        await using ITimer timer = system.Time.CreateTimer(
            _ =>
            {
                long before = handled;
                handled = target.Cell.Handled;
                if (handled == before)
                {
                    NoteStandstill(target, handled);
                    over.Cancel();
                }
            },
            null,
            patience,
            patience);
        try
        {
            return await target.OfferAsync(envelope, over.Token);
        }
        catch (OperationCanceledException)
        {
            return DeliveryResult.Full;
        }
    }

    private void NoteStandstill(LocalActorRef target, long handled)
    {
        if (target.Cell.NoteStandstill(handled))
        {
            Diagnostics.Log.StandsStill(system.Remote.Log, target.Path, patience);
        }
    }

    /// <summary>Whoever waits for room here goes on when half of it is free, rather than for each message.</summary>
    private void Release(int bytes)
    {
        TaskCompletionSource? room = null;
        lock (_sync)
        {
            _held -= bytes;
            if (_held <= maxBytes / 2)
            {
                room = _room;
                _room = null;
            }
        }

        room?.SetResult();
    }
}
