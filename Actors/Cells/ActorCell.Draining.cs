using FedActors.Actors.Mailboxes;
using FedActors.Actors.Scheduling;
using FedActors.Actors.Supervision;

namespace FedActors.Actors.Cells;

/// <content>The loop that drains both lanes, one message at a time. System messages come first, always.</content>
internal sealed partial class ActorCell
{
    /// <summary>Why the handling of messages paused.</summary>
    private enum Pause
    {
        /// <summary>A system message waits, or the turn is over.</summary>
        Interrupted,

        /// <summary>The mailbox is empty.</summary>
        Empty,

        /// <summary>It was the actor's turn to end.</summary>
        Poisoned,

        /// <summary>The handler is not done yet.</summary>
        Awaiting,

        /// <summary>The cell was taken from the loop.</summary>
        Lost,
    }

    /// <summary>Runs a turn of the actor.</summary>
    public void Run(DrainLoop loop, ThreadTurns? turns)
    {
        loop.Begin(Scheduler.Throughput);
        try
        {
            if (!Drain(loop, turns, out ValueTask unfinished))
            {
                _ = DrainOnAsync(loop, unfinished);
            }
        }
        catch (Exception e)
        {
            OnRuntimeFailed(e);
        }
    }

    /// <summary>The task is not kept: the cell's end is what others wait for.</summary>
    private async Task DrainOnAsync(DrainLoop loop, ValueTask unfinished)
    {
        try
        {
            do
            {
                await unfinished;
            }
            while (!Drain(loop, Scheduler.TurnsHere, out unfinished));
        }
        catch (Exception e)
        {
            OnRuntimeFailed(e);
        }
    }

    /// <summary>
    /// What an actor throws is caught where it is called. What arrives here broke the runtime itself, by a log that throws for
    /// instance: the cell is in no known state, and nobody will run it again. The node ends and says why, rather than wait for ever.
    /// </summary>
    private void OnRuntimeFailed(Exception failure) => System.OnRootFailed(failure);

    /// <summary>Drains both lanes until they are empty, the turn is over, or something has to be awaited.</summary>
    /// <param name="loop">Who drains.</param>
    /// <param name="turns">Those of the thread, or null.</param>
    /// <param name="unfinished">What to await before draining on, if the turn has not ended.</param>
    /// <returns>
    /// Whether the turn has ended. The task does not say it: work under way at one look may be done at the next, and who took that for
    /// the end of the turn left the actor asleep for ever.
    /// </returns>
    private bool Drain(DrainLoop loop, ThreadTurns? turns, out ValueTask unfinished)
    {
        if (turns is null)
        {
            return DrainLanes(loop, null, out unfinished);
        }

        // Within another's turn, if that has completed what this actor's handler awaited.
        DrainLoop? outer = turns.Running;
        turns.Running = loop;
        try
        {
            return DrainLanes(loop, turns, out unfinished);
        }
        finally
        {
            turns.Running = outer;
        }
    }

    private bool DrainLanes(DrainLoop loop, ThreadTurns? turns, out ValueTask unfinished)
    {
        unfinished = default;
        while (!HasLost(loop) && _phase != CellPhase.Ended)
        {
            if (loop.Left <= 0)
            {
                if (!loop.GoOn())
                {
                    loop.Yield();
                    break;
                }

                if (!_lane.HasAny && _mailbox.Count == 0)
                {
                    // Nothing else is taken that would let go of the last message.
                    _mailbox.ClearHandled();
                    RestUnlessThereIsWork(loop);
                    break;
                }

                // Who waits behind this turn would wait for further messages: that is work for two threads.
                turns?.Release();
            }

            if (_lane.Take() is { } message)
            {
                loop.Left--;

                // The last message has been handled, and counts no more, however long this takes.
                _mailbox.ClearHandled();
                unfinished = HandleSystemAsync(loop, message);
            }
            else
            {
                switch (_phase == CellPhase.Running ? HandleMessages(loop, out unfinished) : Pause.Empty)
                {
                    case Pause.Empty:
                        RestUnlessThereIsWork(loop);
                        return true;
                    case Pause.Poisoned:
                        unfinished = StopAsync(loop);
                        break;
                    case Pause.Lost:
                        return true;
                }
            }

            if (!unfinished.IsCompletedSuccessfully)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Handles messages until something else is due. What the actor throws becomes its failure.</summary>
    private Pause HandleMessages(DrainLoop loop, out ValueTask unfinished)
    {
        Activation activation = _activation!;
        unfinished = default;
        try
        {
            Pause pause = HandleMessages(loop, activation, ref unfinished);
            unfinished = pause == Pause.Awaiting ? FinishAsync(loop, activation, unfinished) : default;
            return pause;
        }
        catch (Exception e) when (loop.InActor)
        {
            return OnHandlerFailed(loop, activation, e) ? Pause.Interrupted : Pause.Lost;
        }
    }

    /// <summary>The innermost loop: what it does, it does for each message, so it holds no try block and makes nothing.</summary>
    private Pause HandleMessages(DrainLoop loop, Activation activation, ref ValueTask unfinished)
    {
        ActorContext context = activation.Context;
        Mailbox mailbox = _mailbox;
        while (!_lane.HasAny && loop.Left > 0)
        {
            if (!mailbox.TryTake(out MailboxSlot[] slots, out int index))
            {
                return Pause.Empty;
            }

            loop.Left--;
            context.SetCurrent(slots, index);
            object message = slots[index].Message;
            if (message is PoisonPill)
            {
                return Pause.Poisoned;
            }

            loop.InActor = true;
            if (message is HealthPing)
            {
                // Send middleware is user code, too.
                context.Sender?.Tell(new HealthAck(Self), Self);
            }
            else
            {
                ValueTask handling = activation.ReceiveAsync(message, in slots[index]);
                if (!handling.IsCompletedSuccessfully)
                {
                    unfinished = handling;
                    return Pause.Awaiting;
                }

                // A pooled source behind a completed ValueTask goes back to its pool only when its result is taken.
                handling.GetAwaiter().GetResult();
            }

            if (!LeaveActor(loop))
            {
                return Pause.Lost;
            }
        }

        return Pause.Interrupted;
    }

    /// <summary>Awaits a handler and ends the stay in it.</summary>
    private async ValueTask FinishAsync(DrainLoop loop, Activation activation, ValueTask handling)
    {
        try
        {
            await handling;
            LeaveActor(loop);
        }
        catch (Exception e)
        {
            OnHandlerFailed(loop, activation, e);
        }
    }

    /// <summary>Has an instance handle a message that comes from the runtime: the end of another actor, a timer, the outcome of its work.</summary>
    private ValueTask InvokeAsync(DrainLoop loop, object message, ActorRef? sender = null, MessageHeaders? headers = null)
    {
        Activation activation = _activation!;
        MailboxSlot[] slots = [new MailboxSlot { Message = message, Sender = sender, Headers = headers }];
        activation.Context.SetCurrent(slots, 0);
        loop.InActor = true;
        ValueTask handling;
        try
        {
            handling = activation.ReceiveAsync(message, in slots[0]);
        }
        catch (Exception e)
        {
            OnHandlerFailed(loop, activation, e);
            return default;
        }

        return FinishAsync(loop, activation, handling);
    }

    /// <summary>Makes a message of what work brought back, and has the instance handle it.</summary>
    private ValueTask InvokeOutcomeAsync(DrainLoop loop, SystemMessage.WorkEnded ended)
    {
        Activation activation = _activation!;
        activation.Context.ClearCurrent();
        loop.InActor = true;
        object message;
        try
        {
            message = ended.Outcome() ?? throw new InvalidOperationException($"{Self} made no message of what its work brought back.");
        }
        catch (Exception e)
        {
            OnHandlerFailed(loop, activation, e);
            return default;
        }

        MessageHeaders? headers = ended.TraceParent is { } parent ? new MessageHeaders { TraceParent = parent } : null;
        return LeaveActor(loop) ? InvokeAsync(loop, message, Self, headers) : default;
    }

    /// <summary>The message at hand was not handled.</summary>
    /// <returns>Whether the loop still owns the cell.</returns>
    private bool OnHandlerFailed(DrainLoop loop, Activation activation, Exception failure)
    {
        bool owns = LeaveActor(loop);
        if (activation.Context.Envelope is { Message: { } message, Sender: { } sender })
        {
            sender.FailQuestion(new AskFailedException($"{Self} failed while handling {message.GetType().Name}: {failure.Message}", failure));
        }

        if (owns)
        {
            // While the failure is decided about nothing is taken that would let go of the message.
            _mailbox.ClearHandled();
            Fail(failure);
        }
        else
        {
            Diagnostics.Log.AbandonedFailed(Log, Self.Path, failure);
        }

        return owns;
    }

    private void RestUnlessThereIsWork(DrainLoop loop)
    {
        loop.Rest();
        if (_lane.HasAny || (_phase == CellPhase.Running && _mailbox.HasMore))
        {
            loop.Wake();
        }
    }
}
