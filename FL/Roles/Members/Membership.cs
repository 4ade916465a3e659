using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.FL.Numerics;
using FedActors.FL.Protocol;

namespace FedActors.FL.Roles;

/// <summary>A member's bond to its provider: registers, notices the provider's loss, and registers again until it is told that the run has ended.</summary>
/// <remarks>No attempt is without a deadline: while there is no answer, a timer is armed.</remarks>
internal sealed class Membership(string role, MemberSetup setup, Func<ActorContext, object> registration)
{
    /// <summary>The timer that runs while there is no answer.</summary>
    public const string TimerKey = "register";

    private readonly ActorRef?[] _ways = [setup.Provider, .. new ActorRef?[setup.Others.Count]];
    private readonly RandomStream _jitter = RandomStream.For(0, "registration", setup.MemberId);
    private int _way;
    private int _failures;
    private bool _over;
    private IDisposable? _connections;
    private bool _pending;
    private bool _refusedHere;

    /// <summary>The provider that admitted this member, or null.</summary>
    public ActorRef? Provider
    {
        get;
        private set
        {
            field = value;
            setup.Completion.HasProvider = value is not null;
        }
    }

    private ActorRef Way => _ways[_way] ??= setup.Others[_way - 1]();

    // An answer may have come late, by a way that was given up before; it is not known which.
    private ActorRef Target => _ways.Length > 1 && Provider is { } provider ? provider : Way;

    /// <summary>Registers for the first time, and again on every new connection: what was under way on a broken one may be lost.</summary>
    public void Start(ActorContext context)
    {
        // A former instance's provider knows nothing of this one.
        Provider = null;
        ActorRef self = context.Self;
        _connections = context.System.Events.Subscribe<NodeConnected>(connected => self.Tell(new ProviderReachable(connected.Node)));
        Register(context);
    }

    /// <summary>Ends what <see cref="Start"/> began.</summary>
    public void Stop() => _connections?.Dispose();

    /// <summary>Whether a message comes from the provider that admitted this member. Others have no business with it.</summary>
    public bool IsFromProvider(ActorContext context) => IsProvider(context.Sender) && Senders.IsGenuine(context);

    /// <summary>Whether an actor is the provider that admitted this member.</summary>
    public bool IsProvider(ActorRef? actor) => Provider is not null && Provider.Equals(actor);

    /// <summary>Answers the provider that admitted this member, waiting while there is no room.</summary>
    public ValueTask TellAsync(ActorContext context, object message) => Provider?.TellAsync(message, context.Self, context.Stopping) ?? ValueTask.CompletedTask;

    /// <summary>Registers at once, because the provider seems not to know this member.</summary>
    public void RegisterNow(ActorContext context)
    {
        if (!_over)
        {
            Register(context);
        }
    }

    /// <summary>Handles what belongs to the bond.</summary>
    /// <returns>Whether the message did.</returns>
    public bool TryHandle(ActorContext context, object message)
    {
        switch (message)
        {
            case (Registered or RegistrationRefused or RegisterAgain or RunEnded) when StatedRoles.FindObjectionToLead(context.Headers.Peer, role) is { } objection:
                Log.NoProvider(context.Log, context.Sender?.Path ?? default, objection);
                return true;
            case (Registered or RegistrationRefused or RegisterAgain or RunEnded) when !MayBeProvider(context):
                Log.Unexpected(context.Log, message.GetType().Name, context.Sender?.Path ?? default);
                return true;
            case Registered:
                ActorRef sender = context.Sender!;
                Provider = sender;

                Watch(context, sender);
                _failures = 0;
                (_pending, _refusedHere) = (false, false);
                context.Timers.Cancel(TimerKey);
                setup.OnAdmitted(sender);
                Log.Registered(context.Log, role, setup.MemberId, sender.Path);
                return true;
            case RegistrationRefused refused:
                OnRefused(context, refused);
                return true;
            case RegisterAgain again:
                if (again.Elsewhere)
                {
                    TryNextWay(context);
                }

                Retry(context, TimeSpan.Zero, again.Reason);
                return true;
            case RegistrationDue:
                OnDue(context);
                return true;
            case ProviderReachable reachable:
                OnReachable(context, reachable.Node);
                return true;
            case Terminated terminated:
                OnLost(context, terminated);
                return true;
            case RunEnded ended:
                OnRunEnded(context, ended);
                return true;
            default:
                return false;
        }
    }

    // A provider that is reached by address has no known node until it has answered.
    private bool MayBeProvider(ActorContext context) =>
        context.Sender is { } sender && Senders.IsGenuine(context)
        && (Provider is null ? sender.Path.Name == Way.Path.Name : Provider.Equals(sender) || Succeeds(sender.Path, Provider.Path));

    // What a former life of the provider said may still be in the mailbox, and be handled first. Lives of one node are heard in their order.
    private static bool Succeeds(ActorPath path, ActorPath former) => path.Node == former.Node && path.Name == former.Name;

    private void Register(ActorContext context)
    {
        context.Watch(Target);
        Target.Tell(registration(context), context.Self);
        _pending = true;
        TimeSpan timeout = Doubled(setup.RegistrationTimeout);
        _failures++;
        context.Timers.StartSingle(TimerKey, timeout, new RegistrationDue());
    }

    // With several ways the answer may come by one that was given up, so that whoever gave it is watched. With one, the answer may come after
    // the watch has ended: a registration can reach a provider that was not there yet when it was watched.
    private void Watch(ActorContext context, ActorRef sender)
    {
        if (_ways.Length == 1)
        {
            context.Watch(Way);
            return;
        }

        context.Unwatch(Way);
        context.Watch(sender);
    }

    private void OnDue(ActorContext context)
    {
        if (_pending)
        {
            TryNextWay(context);
        }

        Register(context);
    }

    private void OnLost(ActorContext context, Terminated terminated)
    {
        if (!terminated.Actor.Equals(Target) && !IsProvider(terminated.Actor))
        {
            return;
        }

        Provider = null;
        _pending = false;
        TryNextWay(context);
        Retry(context, Backoff(), $"the provider is gone ({terminated.Reason})");
    }

    private void TryNextWay(ActorContext context)
    {
        if (_ways.Length > 1)
        {
            Release(context);
            context.Unwatch(Way);
            _way = (_way + 1) % _ways.Length;
            (_pending, _refusedHere) = (false, false);
        }
    }

    // With several ways the former provider may live and have lost its own: who answers next is the provider, whoever that is.
    private void Release(ActorContext context)
    {
        if (_ways.Length > 1 && Provider is not null)
        {
            context.Unwatch(Provider);
            Provider = null;
        }
    }

    // A registration that waits for its first connection goes out with it and need not be sent twice.
    private void OnReachable(ActorContext context, string node)
    {
        if (!_over && !_pending && (Provider is null || Provider.Path.Node == node))
        {
            Register(context);
        }
    }

    private void OnRefused(ActorContext context, RegistrationRefused refused)
    {
        _pending = false;
        Log.RegistrationRefused(context.Log, role, setup.MemberId, refused.Text);
        if (refused.MayPass)
        {
            // In the way may be this member itself, as it is registered by another way: by that one it is admitted.
            Release(context);
            if (_refusedHere)
            {
                TryNextWay(context);
            }
            else
            {
                _refusedHere = true;
            }

            Retry(context, Backoff(), refused.Text);
            return;
        }

        End(context, new MemberResult(null, refused));
    }

    private void OnRunEnded(ActorContext context, RunEnded ended)
    {
        Log.MemberRunEnded(context.Log, role, setup.MemberId, ended.RunId, ended.Outcome, ended.CommittedRounds, Log.Because(ended.Reason));
        if (setup.StaysAfterRun)
        {
            // The provider's end is watched; the next one is looked for from then on.
            context.Timers.Cancel(TimerKey);
            return;
        }

        End(context, new MemberResult(ended, null));
    }

    private void End(ActorContext context, MemberResult result)
    {
        _over = true;
        context.Timers.Cancel(TimerKey);
        setup.Completion.Complete(result);
        context.Stop(context.Self);
    }

    private void Retry(ActorContext context, TimeSpan delay, string reason)
    {
        if (_over)
        {
            return;
        }

        Log.RegistersAgain(context.Log, role, setup.MemberId, delay.TotalSeconds, reason);
        context.Timers.StartSingle(TimerKey, delay, new RegistrationDue());
    }

    private TimeSpan Backoff()
    {
        TimeSpan delay = Doubled(setup.RegistrationDelay);
        _failures++;

        // Members that lost the same provider at the same instant do not come back at the same instant.
        return delay * (0.8 + (0.4 * _jitter.NextDouble()));
    }

    private TimeSpan Doubled(TimeSpan first)
    {
        double doubled = first.TotalSeconds * Math.Pow(2, Math.Min(_failures, 16));
        return TimeSpan.FromSeconds(Math.Min(doubled, Math.Max(first.TotalSeconds, setup.MaxRegistrationDelay.TotalSeconds)));
    }

    private sealed record RegistrationDue;

    private sealed record ProviderReachable(string Node);
}
