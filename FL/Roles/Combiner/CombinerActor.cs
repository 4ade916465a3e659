using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.FL.Rounds;

namespace FedActors.FL.Roles;

/// <summary>Stands between workers and their provider: to the workers it is the provider, and each of them has a stand-in above by which the provider knows it.</summary>
/// <remarks>
/// It decides nothing. Whom a round asks, which update counts and for how much, the provider says as if there were no combiner. What stays
/// here are the parameters: they come once for all its workers, and the updates leave as one exact sum. Above may be another combiner.
/// What it holds is not kept over a restart: its workers then come back, here or by another way, and answer from memory.
/// </remarks>
internal sealed partial class CombinerActor : Actor
{
    private const string PatienceTimer = "patience";

    private readonly CombinerSetup _setup;
    private readonly Membership _membership;
    private readonly SortedDictionary<string, StoodForWorker> _workers = new(StringComparer.Ordinal);
    private readonly Dictionary<ActorRef, StoodForWorker> _byActor = [];
    private readonly CombinerTable _below = new();
    private readonly Dictionary<string, RegisteredCombiner> _early = new(StringComparer.Ordinal);
    private RunPlan? _plan;
    private ActorRef? _forgotFor;
    private long _standIns;

    public CombinerActor(CombinerSetup setup)
    {
        _setup = setup;
        _membership = new Membership("combiner", setup, context => new RegisterCombiner(setup.MemberId, context.System.Incarnation));
    }

    protected override ValueTask OnStartedAsync(ActorContext context)
    {
        _membership.Start(context);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask OnStoppedAsync(ActorContext context)
    {
        _membership.Stop();
        return ValueTask.CompletedTask;
    }

    protected override ValueTask OnRestartingAsync(ActorContext context, Exception reason)
    {
        // The next instance knows nobody; a watch would not tell them, since the reference lives on.
        SendAway(context, new RegisterAgain(WireText.Clip($"the combiner failed and was restarted: {reason.Message}")));
        return OnStoppedAsync(context);
    }

    protected override ValueTask OnReceiveAsync(ActorContext context, object message)
    {
        switch (message)
        {
            case FromAbove heard:
                OnFromAbove(context, heard);
                break;
            case Told { Failure: MessageTooLargeException failure }:
                throw new InvalidOperationException("The model is too large for the wire.", failure);
            case Told:
                break;
            case PatienceOver:
                SendAway(context, new RegisterAgain("the combiner has lost its provider", Elsewhere: true));
                break;
            case Terminated terminated when _byActor.TryGetValue(terminated.Actor, out StoodForWorker? worker) && worker.Below is null:
                Leave(context, worker, Losses.Describe(terminated.Reason), mayReturn: false);
                break;
            case Terminated terminated when _byActor.ContainsKey(terminated.Actor):
                StandInEnded.Await(context, terminated);
                break;
            case StandInEnded ended when _byActor.TryGetValue(ended.StandIn, out StoodForWorker? worker):
                Leave(context, worker, Losses.Describe(ended.Reason), mayReturn: true);
                break;
            case StandInEnded:
                break;
            case RegisterAgain when _membership.IsFromProvider(context):
                ForgetCounts(context);
                _forgotFor = context.Sender;
                OnConversation(context, message);
                break;
            case Terminated terminated when _below.Find(terminated.Actor) is { } combiner:
                Lose(context, combiner, Losses.Describe(terminated.Reason));
                break;
            case RunEnded ended when _membership.IsFromProvider(context):
                PassOn(context, ended);
                _membership.TryHandle(context, message);
                break;
            default:
                OnConversation(context, message);
                break;
        }

        return ValueTask.CompletedTask;
    }

    private void OnConversation(ActorContext context, object message)
    {
        bool isFromProvider = _membership.IsFromProvider(context);
        if (_membership.TryHandle(context, message))
        {
            if (isFromProvider && message is RegistrationRefused { MayPass: true } refused)
            {
                // It is here no more, for some time: those below have other ways.
                ForgetRound();
                SendAway(context, new RegisterAgain(refused.Text, Elsewhere: true));
            }

            if (message is Registered && _membership.IsFromProvider(context))
            {
                OnAdmitted(context);
            }
            else if (_membership.Provider is null && !context.Timers.IsRunning(PatienceTimer))
            {
                context.Timers.StartSingle(PatienceTimer, _setup.Patience, new PatienceOver());
            }
        }
        else if (_membership.IsFromProvider(context))
        {
            OnProvider(context, message);
        }
        else if (context.Sender is { } sender && Senders.IsGenuine(context))
        {
            OnFromBelow(context, sender, message);
        }
    }

    // Above may be who has never heard of these workers, or has forgotten them.
    private void OnAdmitted(ActorContext context)
    {
        context.Timers.Cancel(PatienceTimer);

        // Another life of the provider numbers its rounds and attempts anew: what counted in an equal one before counts in none now, neither
        // here nor below. Whoever forgot when it was told to register may hold what was asked for since.
        if (_forgotFor is null || !_membership.IsProvider(_forgotFor))
        {
            ForgetCounts(context);
        }

        _forgotFor = null;
        foreach (RegisteredCombiner combiner in _below.All)
        {
            Tell(context, combiner.Actor, new RegisterAgain($"combiner {_setup.MemberId} has registered anew"));
        }

        foreach (RegisteredCombiner early in _early.Values)
        {
            Admit(context, early);
        }

        _early.Clear();
        foreach (StoodForWorker worker in _workers.Values)
        {
            SendUp(context, worker, worker.Registration);
        }
    }

    private void ForgetCounts(ActorContext context)
    {
        if (_setup.KeepsCounts)
        {
            return;
        }

        ForgetRound();
        EndLeft(context, _ => true);
        foreach (StoodForWorker worker in _workers.Values)
        {
            worker.Held = null;
        }
    }

    private void OnProvider(ActorContext context, object message)
    {
        switch (message)
        {
            case RoundModel model:
                OnModel(context, model);
                break;
            case SumRequest request:
                OnSumRequest(context, request);
                break;
            default:
                Log.Unexpected(context.Log, message.GetType().Name, context.Sender!.Path);
                break;
        }
    }

    private void OnFromAbove(ActorContext context, FromAbove heard)
    {
        if (_left.TryGetValue(heard.StandIn, out StoodForWorker? left) && _membership.IsProvider(heard.Sender))
        {
            OnFromAbove(context, left, heard.Message);
            return;
        }

        if (!_workers.TryGetValue(heard.WorkerId, out StoodForWorker? worker) || !worker.StandIn.Equals(heard.StandIn) || !_membership.IsProvider(heard.Sender))
        {
            Log.Unexpected(context.Log, heard.Message.GetType().Name, heard.Sender?.Path ?? default);
            return;
        }

        switch (heard.Message)
        {
            case RegistrationRefused refused:
                Tell(context, worker.Actor, refused);
                Forget(context, worker);
                break;
            case RegisterAgain:
                // This combiner is told so, too. It registers, and then all its workers, who would be strangers before it.
                break;
            case RunPlan plan:
                _plan = _plan is not null && _plan.TrainsAs(plan) ? _plan : plan;
                Tell(context, worker.Actor, plan);
                break;
            case TrainRequest or GlobalModelBroadcast:
                Deliver(context, worker, heard.Message);
                break;
            case CountUpdate count:
                Count(context, worker, count);
                break;
            case UpdateRefused refused:
                // The next attempt's update may be here before the last one's refusal.
                worker.Held = worker.Held?.Key == refused.Key ? null : worker.Held;
                worker.IsReported &= refused.Key != worker.Asked;
                Tell(context, worker.Actor, refused);
                break;
            case Registered or RunEnded:
                Tell(context, worker.Actor, heard.Message);
                break;
            default:
                Log.Unexpected(context.Log, heard.Message.GetType().Name, heard.Sender!.Path);
                break;
        }
    }

    private void PassOn(ActorContext context, RunEnded ended)
    {
        foreach (ActorRef actor in (ActorRef[])[.. _workers.Values.Select(worker => worker.Actor), .. _below.All.Select(combiner => combiner.Actor)])
        {
            Tell(context, actor, ended);
        }
    }

    private void SendAway(ActorContext context, RegisterAgain again)
    {
        EndLeft(context, _ => true);
        foreach (RegisteredCombiner combiner in _below.All.ToArray())
        {
            LastWords.Tell(combiner.Actor, again, context.Self);
            _below.Remove(combiner);
        }

        foreach (StoodForWorker worker in _workers.Values.ToArray())
        {
            LastWords.Tell(worker.Actor, again, context.Self);
            Forget(context, worker);
        }
    }

    private void SendUp(ActorContext context, StoodForWorker worker, object message)
    {
        if (_membership.Provider is { } provider)
        {
            Tell(context, provider, message, worker.StandIn);
        }
    }

    private void Tell(ActorContext context, ActorRef actor, object message, ActorRef? sender = null)
    {
        if (!actor.TryTell(message, sender ?? context.Self))
        {
            context.PipeToSelf(TellWhenThereIsRoomAsync(actor, message, sender ?? context.Self, context.Stopping), static told => told, static failure => new Told(failure));
        }
    }

    private static async Task<Told> TellWhenThereIsRoomAsync(ActorRef actor, object message, ActorRef sender, CancellationToken cancellationToken)
    {
        await actor.TellAsync(message, sender, cancellationToken);
        return new Told(null);
    }

    /// <summary>A message that had to wait is on its way, or never will be.</summary>
    private sealed record Told(Exception? Failure);

    private sealed record PatienceOver;
}
