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
                throw new InvalidOperationException($"{(IsRoot ? System.Node : Self)} is stopping; it cannot spawn '{name}'.");
            }

            _children ??= [];
            if (_children.ContainsKey(name))
            {
                throw new InvalidOperationException($"An actor named '{fullName}' exists on {System.Node}.");
            }

            cell = new ActorCell(System, this, props, new ActorPath(System.Node, fullName, System.NextUid()));
            _children.Add(name, new Child(cell));

            // Before anybody can find it among the children and end it: what has ended must not be registered.
            System.Register(cell);
        }

        cell.SendSystem(SystemMessage.Start.Instance);
        return cell.Self;
    }

    public IReadOnlyList<ActorRef> ChildRefs() => [.. ChildrenNow().Select(child => child.Cell.Self)];

    private Child[] ChildrenNow()
    {
        lock (_sync)
        {
            return _children is null ? [] : [.. _children.Values];
        }
    }

    private ValueTask HandleSystemAsync(DrainLoop loop, SystemMessage message)
    {
        switch (message)
        {
            case SystemMessage.Start:
                return _phase == CellPhase.New ? ActivateAsync(loop, null) : ValueTask.CompletedTask;
            case SystemMessage.Stop:
                return StopAsync(loop);
            case SystemMessage.Restart restart:
                return RestartAsync(loop, restart.Reason);
            case SystemMessage.ChildEnded ended:
                return OnChildEndedAsync(loop, ended.Child);
            case SystemMessage.Suspend:
                _phase = _phase == CellPhase.Running ? CellPhase.Suspended : _phase;
                break;
            case SystemMessage.Resume when _phase == CellPhase.Suspended && _activation is null or { IsReplaced: true }:
                // There is no instance to go on with: its factory failed, or it hangs in its handler still.
                return StopAsync(loop);
            case SystemMessage.Resume:
                Resume();
                break;
            case SystemMessage.RestartDue due:
                OnRestartDue(due);
                break;
            case SystemMessage.PatienceOver:
                FreeHungChildren();
                break;
            case SystemMessage.Watch watch:
                (_watchers ??= []).Add(watch.Watcher);
                watch.Watcher.OnWatchTaken(Self);
                break;
            case SystemMessage.Unwatch unwatch:
                _watchers?.Remove(unwatch.Watcher);
                unwatch.Watcher.OnWatchTaken(Self);
                break;
            default:
                return HandleWhenRunningAsync(loop, message);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Handles what must not reach an instance that waits for a decision about itself.</summary>
    private ValueTask HandleWhenRunningAsync(DrainLoop loop, SystemMessage message)
    {
        if (_phase != CellPhase.Running)
        {
            if (_phase == CellPhase.Suspended)
            {
                (_deferred ??= new()).Enqueue(message);
            }

            return ValueTask.CompletedTask;
        }

        switch (message)
        {
            case SystemMessage.ChildFailed failed:
                OnChildFailed(failed.Child, failed.Failure, hung: false);
                break;
            case SystemMessage.WatchedEnded ended when _watching is not null && _watching.Remove(ended.Watched):
                return InvokeAsync(loop, new Terminated(ended.Watched, ended.Reason));
            case SystemMessage.WorkEnded ended when ended.Begun == _activation:
                Volatile.Write(ref _outcomes, _outcomes + 1);
                return InvokeOutcomeAsync(loop, ended);
            case SystemMessage.TimerDue due when _activation!.Context.Owns(due.Timers) && due.Timers.Take(due) is { } tick:
                Volatile.Write(ref _outcomes, _outcomes + 1);
                return InvokeAsync(loop, tick);
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
        while (_deferred is not null && _deferred.TryDequeue(out SystemMessage? message))
        {
            _lane.Add(message);
        }
    }

    /// <summary>A child whose failure was escalated waits still; one whose restart is pending waits for that.</summary>
    private void ResumeChildren()
    {
        foreach (Child child in ChildrenNow().Where(child => !child.IsRestartPending))
        {
            child.Cell.SendSystem(SystemMessage.Resume.Instance);
        }
    }

    /// <summary>Makes an instance and starts it. The factory and the hook are the actor's code: if they hang, the cell may be another loop's when they return.</summary>
    /// <param name="loop">Who owns the cell.</param>
    /// <param name="restartReason">Why the one before failed, or null for the first.</param>
    private async ValueTask ActivateAsync(DrainLoop loop, Exception? restartReason)
    {
        // The old instance has had its last hook. If there will be no new one, nothing may reach it again.
        _activation = null;
        loop.InActor = true;
        try
        {
            var activation = new Activation(this, _props.Factory(), System.ReceiveMiddleware, _props.ReceiveMiddleware);
            if (!LeaveActor(loop))
            {
                return;
            }

            _activation = activation;
            loop.InActor = true;
            await activation.StartAsync();
        }
        catch (Exception e) when (loop.InActor)
        {
            if (LeaveActor(loop))
            {
                Fail(e);
            }
            else
            {
                Diagnostics.Log.AbandonedFailed(Log, Self.Path, e);
            }

            return;
        }

        if (LeaveActor(loop))
        {
            _phase = CellPhase.Running;
            if (restartReason is not null)
            {
                System.Events.Publish(new ActorRestarted(Self, restartReason));
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

    private ValueTask RestartAsync(DrainLoop loop, Exception reason)
    {
        if (_phase >= CellPhase.Restarting)
        {
            return ValueTask.CompletedTask;
        }

        _phase = CellPhase.Restarting;
        _restartReason = reason;
        _deferred?.Clear();
        return ReleaseInstance(loop) && !StopChildren() ? FinishRestartAsync(loop) : ValueTask.CompletedTask;
    }

    /// <summary>Ends the instance's timers and cancels its token, whose callbacks are the actor's code.</summary>
    /// <returns>Whether the loop still owns the cell.</returns>
    private bool ReleaseInstance(DrainLoop loop)
    {
        loop.InActor = true;
        _activation?.Release();
        return LeaveActor(loop);
    }

    private async ValueTask FinishRestartAsync(DrainLoop loop)
    {
        Exception reason = _restartReason!;
        if (!await EndInstanceAsync(loop, reason))
        {
            return;
        }

        StopWatchingAll();
        _restartWindow?.Clear();
        Volatile.Write(ref _restarts, _restarts + 1);
        System.Meter.Restarted();
        await ActivateAsync(loop, reason);
    }

    /// <summary>Calls the last hook of an instance that does not hang.</summary>
    /// <returns>Whether the loop still owns the cell.</returns>
    private async ValueTask<bool> EndInstanceAsync(DrainLoop loop, Exception? restartReason)
    {
        if (_activation is not { IsReplaced: false } instance)
        {
            return true;
        }

        loop.InActor = true;
        await instance.EndAsync(restartReason);
        return LeaveActor(loop);
    }
}
