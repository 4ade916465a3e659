namespace FedActors.Actors.Cells;

/// <content>Stopping, and watching for the end of others.</content>
internal sealed partial class ActorCell
{
    public void StartWatching(ActorRef actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (_watching.Add(actor))
        {
            actor.SendSystem(new SystemMessage.Watch(actor, Self));
        }
    }

    public void StopWatching(ActorRef actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (_watching.Remove(actor))
        {
            actor.SendSystem(new SystemMessage.Unwatch(actor, Self));
        }
    }

    private ValueTask StopAsync()
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
        _deferred.Clear();
        _activation?.Release();
        return StopChildren() ? ValueTask.CompletedTask : FinishStopAsync();
    }

    private async ValueTask FinishStopAsync()
    {
        DrainLoop owner = _loop;
        if (_activation is { IsReplaced: false } instance)
        {
            await instance.EndAsync(restartReason: null);
            if (HasLost(owner))
            {
                return;
            }
        }

        while (_mailbox.TryTake(out Envelope left))
        {
            System.DeadLetters.Publish(Self, left, DeadLetterReason.Stopped);
        }

        foreach (ActorRef watched in _watching.ToArray())
        {
            StopWatching(watched);
        }

        // The name is free before anybody hears of the end: whoever does may spawn a successor at once, on another thread.
        Child? self = Parent?.Forget(this);
        System.Unregister(this);
        if (self is not null)
        {
            Parent!.SendSystem(new SystemMessage.ChildEnded(self));
        }

        foreach (ActorRef watcher in _watchers)
        {
            watcher.SendSystem(new SystemMessage.WatchedEnded(Self, TerminationReason.Stopped));
        }

        // A sender enqueues and then reads the phase; this writes the phase and then reads the queue. With the barrier, at least one
        // of the two sees the other's write, so no watch is left without an answer.
        _phase = CellPhase.Ended;
        Interlocked.MemoryBarrier();
        AnswerAfterEnd();
        _ended.TrySetResult();
    }

    /// <summary>Stops all children; their ends come back as messages.</summary>
    /// <returns>Whether there are any.</returns>
    private bool StopChildren()
    {
        Child[] children;
        lock (_sync)
        {
            children = [.. _children.Values];
        }

        // Outside the lock: taking a cell over runs callbacks of the stuck handler.
        foreach (Child child in children)
        {
            child.CancelPendingRestart();
            FreeIfHung(child);
            child.Cell.SendSystem(new SystemMessage.Stop());
        }

        return children.Length > 0;
    }

    /// <summary>Takes an ended child out of the table. Called by the child's loop.</summary>
    private Child? Forget(ActorCell child)
    {
        lock (_sync)
        {
            return _children.Remove(NameAmongSiblings(child), out Child? removed) ? removed : null;
        }
    }

    private ValueTask OnChildEndedAsync(Child child)
    {
        child.CancelPendingRestart();
        bool last;
        lock (_sync)
        {
            last = _children.Count == 0;
        }

        return (_phase, last) switch
        {
            (CellPhase.Restarting, true) => FinishRestartAsync(),
            (CellPhase.Stopping, true) => FinishStopAsync(),
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
        while (_system.TryDequeue(out SystemMessage? message))
        {
            if (message is SystemMessage.Watch watch)
            {
                watch.Watcher.SendSystem(new SystemMessage.WatchedEnded(watch.Watched, TerminationReason.Stopped));
            }
        }
    }
}
