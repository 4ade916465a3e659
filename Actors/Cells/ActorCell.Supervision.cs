using FedActors.Actors.Supervision;

namespace FedActors.Actors.Cells;

/// <content>Deciding about failed children.</content>
internal sealed partial class ActorCell
{
    /// <summary>A child hangs: it has not failed, and will not hear of a decision unless its cell is taken from it.</summary>
    public void OnChildHung(ActorRef child, Exception failure)
    {
        if (child is LocalActorRef { Cell: { } cell } && cell.Parent == this)
        {
            OnChildFailed(cell, failure, hung: true);
        }
    }

    private void OnChildFailed(ActorCell failed, Exception failure, bool hung)
    {
        Child? child = null;
        lock (_sync)
        {
            _children?.TryGetValue(NameAmongSiblings(failed), out child);
        }

        // A restart that is pending already covers this failure: it is a sibling's under all-for-one, or the same hang seen again.
        if (child is null || child.Cell != failed || child.IsRestartPending)
        {
            return;
        }

        SupervisorStrategy strategy = _props.Supervisor;
        Directive directive = Decide(strategy, ref failure);
        if (directive == Directive.Restart && !(_restartWindow ??= new()).TryRestart(strategy, System.SteadyNow))
        {
            directive = Directive.Escalate;
            failure = new RestartIntensityExceededException(
                $"Children of {(IsRoot ? System.Node : Self)} needed more than {strategy.MaxRestarts} restarts within {strategy.Window}; the last was {failed.Self}: {failure.Message}",
                failure);
        }

        TimeSpan delay = directive == Directive.Restart
            ? child.Backoff.Next(strategy, System.SteadyNow, System.Jitter.Next())
            : TimeSpan.Zero;
        Diagnostics.Log.Failed(Log, failed.Self.Path, directive, delay, failure);
        System.Events.Publish(new ActorFailed(failed.Self, failure, directive, delay));
        child.IsHung = hung && directive != Directive.Resume;
        Apply(directive, child, strategy.Scope, failure, delay);
    }

    /// <summary>A strategy that fails to decide leaves the decision to the parent.</summary>
    private static Directive Decide(SupervisorStrategy strategy, ref Exception failure)
    {
        try
        {
            Directive directive = strategy.Decide(failure);
            return Enum.IsDefined(directive) ? directive : throw new InvalidOperationException($"{directive} is no directive.", failure);
        }
        catch (Exception e)
        {
            failure = e;
            return Directive.Escalate;
        }
    }

    private void Apply(Directive directive, Child failed, SupervisionScope scope, Exception failure, TimeSpan delay)
    {
        switch (directive)
        {
            case Directive.Resume:
                failed.Cell.SendSystem(SystemMessage.Resume.Instance);
                break;
            case Directive.Restart:
                RestartAfter(delay, Affected(failed, scope), failure);
                break;
            case Directive.Stop:
                FreeIfHung(failed);
                foreach (Child child in Affected(failed, scope))
                {
                    child.Cell.SendSystem(SystemMessage.Stop.Instance);
                }

                break;
            case Directive.Escalate:
                FreeIfHung(failed);
                Fail(failure);
                break;
        }
    }

    private Child[] Affected(Child failed, SupervisionScope scope) => scope == SupervisionScope.OneForOne ? [failed] : ChildrenNow();

    private void RestartAfter(TimeSpan delay, Child[] children, Exception failure)
    {
        foreach (Child sibling in children)
        {
            sibling.Cell.SendSystem(SystemMessage.Suspend.Instance);
        }

        // Each child has its own timer, so that one which ends in the meantime takes only its own along.
        foreach (Child child in children)
        {
            var due = new SystemMessage.RestartDue(child, failure);
            if (delay > TimeSpan.Zero)
            {
                child.AwaitRestart(System.Time.CreateTimer(_ => SendSystem(due), null, delay, Timeout.InfiniteTimeSpan));
            }
            else
            {
                child.AwaitRestart(null);
                SendSystem(due);
            }
        }
    }

    private void OnRestartDue(SystemMessage.RestartDue due)
    {
        if (!due.Child.IsRestartPending)
        {
            return;
        }

        due.Child.CancelPendingRestart();
        FreeIfHung(due.Child);
        due.Child.Cell.SendSystem(new SystemMessage.Restart(due.Reason));
    }

    /// <summary>Makes a hung child hear what it is told next. It is suspended first, so that its new loop takes no messages for the stuck instance.</summary>
    private static void FreeIfHung(Child child)
    {
        if (child.IsHung)
        {
            child.IsHung = false;
            child.Cell.SendSystem(SystemMessage.Suspend.Instance);
            child.Cell.TakeOverIfHung();
        }
    }
}
