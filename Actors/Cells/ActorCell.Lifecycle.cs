using FedActors.Actors.Supervision;

namespace FedActors.Actors.Cells;

/// <content>Spawning, starting, restarting.</content>
internal sealed partial class ActorCell
{
    public ActorRef Spawn(Props props, string name)
    {
        ArgumentNullException.ThrowIfNull(props);
        ActorPath.ThrowIfInvalidName(name);
        string fullName = IsRoot ? name : $"{Self.Path.Name}/{name}";
        if (fullName.Length > ActorPath.MaxPathLength)
        {
            throw new ArgumentException($"'{fullName}' is longer than {ActorPath.MaxPathLength} characters.", nameof(name));
        }

        ActorCell cell;
        lock (_sync)
        {
            if (_phase >= CellPhase.Stopping)
            {
                throw new InvalidOperationException($"{Self} is stopping; it cannot spawn '{name}'.");
            }

            if (_children.ContainsKey(name))
            {
                throw new InvalidOperationException($"An actor named '{fullName}' exists on {System.Node}.");
            }

            cell = new ActorCell(System, this, props, new ActorPath(System.Node, fullName, System.NextUid()));
            _children.Add(name, new Child(cell));

            // Before anybody can find it among the children and end it: what has ended must not be registered.
            System.Register(cell);
        }

        cell.SendSystem(new SystemMessage.Start());
        return cell.Self;
    }

    public IReadOnlyList<ActorRef> ChildRefs()
    {
        lock (_sync)
        {
            return [.. _children.Values.Select(child => child.Cell.Self)];
        }
    }

    private ValueTask HandleSystemAsync(SystemMessage message)
    {
        switch (message)
        {
            case SystemMessage.Start:
                return _phase == CellPhase.New ? ActivateAsync() : ValueTask.CompletedTask;
            case SystemMessage.Stop:
                return StopAsync();
            case SystemMessage.Restart restart:
                return RestartAsync(restart.Reason);
            case SystemMessage.ChildEnded ended:
                return OnChildEndedAsync(ended.Child);
            case SystemMessage.Suspend:
                _phase = _phase == CellPhase.Running ? CellPhase.Suspended : _phase;
                break;
            case SystemMessage.Resume when _phase == CellPhase.Suspended && _activation is null or { IsReplaced: true }:
                // There is no instance to go on with: its factory failed, or it hangs in its handler still.
                return StopAsync();
            case SystemMessage.Resume:
                Resume();
                break;
            case SystemMessage.RestartDue due:
                OnRestartDue(due);
                break;
            case SystemMessage.Watch watch:
                _watchers.Add(watch.Watcher);
                break;
            case SystemMessage.Unwatch unwatch:
                _watchers.Remove(unwatch.Watcher);
                break;
            default:
                return HandleWhenRunning(message);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Handles what must not reach an instance that waits for a decision about itself.</summary>
    private ValueTask HandleWhenRunning(SystemMessage message)
    {
        if (_phase != CellPhase.Running)
        {
            if (_phase == CellPhase.Suspended)
            {
                _deferred.Enqueue(message);
            }

            return ValueTask.CompletedTask;
        }

        switch (message)
        {
            case SystemMessage.ChildFailed failed:
                OnChildFailed(failed.Child, failed.Failure, hung: false);
                break;
            case SystemMessage.WatchedEnded ended when _watching.Remove(ended.Watched):
                return Invoke(new Envelope(new Terminated(ended.Watched, ended.Reason)));
            case SystemMessage.WorkEnded ended when ended.Begun == _activation:
                _handled++;
                return InvokeOutcome(ended.Outcome);
            case SystemMessage.TimerDue due when due.Timers == _activation!.Context.Timers && due.Timers.Take(due) is { } tick:
                _handled++;
                return Invoke(new Envelope(tick));
        }

        return ValueTask.CompletedTask;
    }

    private void Resume()
    {
        if (_phase != CellPhase.Suspended)
        {
            return;
        }

        _phase = CellPhase.Running;
        ResumeChildren();
        while (_deferred.TryDequeue(out SystemMessage? message))
        {
            _system.Enqueue(message);
        }
    }

    /// <summary>A child whose failure was escalated waits still; one whose restart is pending waits for that.</summary>
    private void ResumeChildren()
    {
        lock (_sync)
        {
            foreach (Child child in _children.Values.Where(child => child.PendingRestart is null))
            {
                child.Cell.SendSystem(new SystemMessage.Resume());
            }
        }
    }

    /// <summary>Makes an instance and starts it. The factory and the hook are user code: if they hang, the cell may be another loop's when they return.</summary>
    private async ValueTask ActivateAsync()
    {
        DrainLoop owner = _loop;

        // The old instance has had its last hook. If there will be no new one, nothing may reach it again.
        _activation = null;
        try
        {
            var activation = new Activation(this, _props.Factory(), System.ReceiveMiddleware.Concat(_props.ReceiveMiddleware));
            if (HasLost(owner))
            {
                return;
            }

            _activation = activation;
            await activation.StartAsync();
            if (!HasLost(owner))
            {
                _phase = CellPhase.Running;
            }
        }
        catch (Exception e)
        {
            if (HasLost(owner))
            {
                Diagnostics.Log.AbandonedFailed(Log, Self.Path, e);
            }
            else
            {
                Fail(e);
            }
        }
    }

    private void Fail(Exception failure)
    {
        _phase = CellPhase.Suspended;
        if (Parent is null)
        {
            System.OnRootFailed(failure);
        }
        else
        {
            Parent.SendSystem(new SystemMessage.ChildFailed(this, failure));
        }
    }

    private ValueTask RestartAsync(Exception reason)
    {
        if (_phase >= CellPhase.Restarting)
        {
            return ValueTask.CompletedTask;
        }

        _phase = CellPhase.Restarting;
        _restartReason = reason;
        _deferred.Clear();
        _activation?.Release();
        return StopChildren() ? ValueTask.CompletedTask : FinishRestartAsync();
    }

    private async ValueTask FinishRestartAsync()
    {
        DrainLoop owner = _loop;
        Exception reason = _restartReason!;
        if (_activation is { IsReplaced: false } old)
        {
            await old.EndAsync(reason);
            if (HasLost(owner))
            {
                return;
            }
        }

        foreach (ActorRef watched in _watching.ToArray())
        {
            StopWatching(watched);
        }

        _restartWindow.Clear();
        System.Meter.Restarted();
        await ActivateAsync();
        if (!HasLost(owner) && _phase == CellPhase.Running)
        {
            System.Events.Publish(new ActorRestarted(Self, reason));
        }
    }
}
