using FedActors.Actors.Mailboxes;

namespace FedActors.Actors.Cells;

/// <content>Stopping, and watching for the end of others.</content>
internal sealed partial class ActorCell
{
    public void StartWatching(ActorRef actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if ((_watching ??= []).Add(actor))
        {
            actor.SendSystem(new SystemMessage.Watch(actor, Self));
        }
    }

    public void StopWatching(ActorRef actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (_watching is not null && _watching.Remove(actor))
        {
            actor.SendSystem(new SystemMessage.Unwatch(actor, Self));
        }
    }

    private void StopWatchingAll()
    {
        foreach (ActorRef watched in _watching?.ToArray() ?? [])
        {
            StopWatching(watched);
        }
    }

    private ValueTask StopAsync(DrainLoop loop)
    {
        if (_phase >= CellPhase.Stopping)
        {
            return ValueTask.CompletedTask;
        }

        lock (_sync)
        {
            _phase = CellPhase.Stopping;
        }

        _mailbox.Close();
        _deferred?.Clear();
        return ReleaseInstance(loop) && !StopChildren() ? FinishStopAsync(loop) : ValueTask.CompletedTask;
    }

    private async ValueTask FinishStopAsync(DrainLoop loop)
    {
        if (!await EndInstanceAsync(loop, restartReason: null))
        {
            return;
        }

        while (_mailbox.TryTake(out MailboxSlot[] slots, out int index))
        {
            System.DeadLetters.Publish(Self, slots[index].Envelope, DeadLetterReason.Stopped);
        }

        StopWatchingAll();

        // The name is free before anybody hears of the end: whoever does may spawn a successor at once, on another thread.
        Child? self = Parent?.Forget(this);
        System.Unregister(this);
        if (self is not null)
        {
            Parent!.SendSystem(new SystemMessage.ChildEnded(self));
        }

        foreach (ActorRef watcher in _watchers ?? [])
        {
            watcher.SendSystem(new SystemMessage.WatchedEnded(Self, TerminationReason.Stopped));
        }

        // A sender enqueues and then reads the phase; this writes the phase and then reads the queue. With the barrier, at least one
        // of the two sees the other's write, so no watch is left without an answer.
        _phase = CellPhase.Ended;
        Interlocked.MemoryBarrier();
        AnswerAfterEnd();
        _ended?.TrySetResult();
    }

    /// <summary>Stops all children; their ends come back as messages.</summary>
    /// <returns>Whether there are any.</returns>
    private bool StopChildren()
    {
        Child[] children = ChildrenNow();
        foreach (Child child in children)
        {
            child.CancelPendingRestart();
            FreeIfHung(child);
            child.Cell.SendSystem(SystemMessage.Stop.Instance);
        }

        if (children.Length > 0 && _activation?.PatienceWithChildren is { } patience)
        {
            _patience?.Dispose();
            _patience = System.Time.CreateTimer(_ => SendSystem(SystemMessage.PatienceOver.Instance), null, patience, Timeout.InfiniteTimeSpan);
        }

        return children.Length > 0;
    }

    /// <summary>Who judges its children by their answers does so at the end, too: a child that still has not come back hangs.</summary>
    private void FreeHungChildren()
    {
        if (_phase is not (CellPhase.Restarting or CellPhase.Stopping))
        {
            return;
        }

        foreach (Child child in ChildrenNow())
        {
            child.IsHung = true;
            FreeIfHung(child);
            child.Cell.SendSystem(SystemMessage.Stop.Instance);
        }
    }

    /// <summary>Takes an ended child out of the table. Called by the child's loop.</summary>
    private Child? Forget(ActorCell child)
    {
        lock (_sync)
        {
            return _children!.Remove(NameAmongSiblings(child), out Child? removed) ? removed : null;
        }
    }

    private ValueTask OnChildEndedAsync(DrainLoop loop, Child child)
    {
        child.CancelPendingRestart();
        bool last;
        lock (_sync)
        {
            last = _children!.Count == 0;
        }

        if (last)
        {
            _patience?.Dispose();
        }

        return (_phase, last) switch
        {
            (CellPhase.Restarting, true) => FinishRestartAsync(loop),
            (CellPhase.Stopping, true) => FinishStopAsync(loop),
            _ => ValueTask.CompletedTask,
        };
    }

    private static string NameAmongSiblings(ActorCell child)
    {
        string name = child.Self.Path.Name;
        return name[(name.LastIndexOf('/') + 1)..];
    }

    /// <summary>A message that arrives after the end finds nobody; only a watcher wants to know.</summary>
    private void AnswerAfterEnd()
    {
        while (TakeAfterEnd() is { } message)
        {
            if (message is SystemMessage.Unwatch unwatch)
            {
                unwatch.Watcher.OnWatchTaken(Self);
            }
            else if (message is SystemMessage.Watch watch)
            {
                watch.Watcher.OnWatchTaken(Self);
                watch.Watcher.SendSystem(new SystemMessage.WatchedEnded(watch.Watched, TerminationReason.Stopped));
            }
        }
    }

    /// <summary>The lane has one reader, and after the end whoever sends is one.</summary>
    private SystemMessage? TakeAfterEnd()
    {
        lock (_sync)
        {
            return _lane.Take();
        }
    }
}
