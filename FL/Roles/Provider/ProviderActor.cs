using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.FL.Rounds;
using FedActors.FL.Strategies;
using FedActors.Storage;
using FedActors.Storage.Training;

namespace FedActors.FL.Roles;

/// <summary>Drives a run: turns messages into the round machine's inputs and performs its effects.</summary>
/// <remarks>
/// It decides nothing itself. What it adds is what the machine must not know: references, parameters, the store, the clock. A provider that
/// was restarted, in its process or with it, goes on from the last committed round, and members register anew.
/// </remarks>
internal sealed partial class ProviderActor(ProviderSetup setup) : Actor
{
    private readonly SessionTable _sessions = new();
    private readonly RoundSpan _span = new();
    private readonly Queue<RoundInput> _inputs = new();
    private readonly Dictionary<string, FeatureMoments> _moments = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RunSite> _sites = new(StringComparer.Ordinal);
    private readonly Strategy _strategy = Strategy.From(setup.Options.Strategy, setup.Options.Training.LearningRate);
    private FederationMeter _meter = null!;
    private RunJournal _journal = null!;
    private IRoundMachine? _machine;
    private RoundStopwatch _stopwatch = null!;
    private RunEnded? _ended;

    protected override async ValueTask OnStartedAsync(ActorContext context)
    {
        _meter = new FederationMeter(context.System.Meters, context.System.Node);
        _maxMessageBytes = context.System.HasRemote ? context.System.Remote.MaxMessageBytes : long.MaxValue;
        _journal = new RunJournal(setup, _strategy, context.Time);
        _stopwatch = new RoundStopwatch(context.Time, setup.Traffic);
        try
        {
            RunPosition position = _journal.Open();
            if (_journal.FindEnd() is { } ended)
            {
                End(context, ended);
                return;
            }

            _machine = setup.Machine(new RoundMachine(setup.Options, position, _journal.Plan?.Specification ?? setup.Specification, setup.ExpectsEvaluator));
        }
        catch (StoreException e)
        {
            FailToOpen(context, e);
            return;
        }

        await HandleAsync(context, new RunOpened());
        if (setup.Completion.StopReason is { } reason)
        {
            await HandleAsync(context, new StopRequested(reason));
        }
    }

    protected override ValueTask OnReceiveAsync(ActorContext context, object message)
    {
        switch (message)
        {
            case TimerElapsed elapsed:
                RestOverdue(context, elapsed.Timer);
                return HandleAsync(context, elapsed);
            case StopRun stop:
                setup.Completion.StopReason = stop.Reason;
                return HandleAsync(context, new StopRequested(stop.Reason));
            case Told { Failure: MessageTooLargeException failure }:
                // No waiting makes the model smaller; the supervisor and then the operator hear of it.
                throw new InvalidOperationException("The model is too large for the wire.", failure);
            case Told:
                return ValueTask.CompletedTask;
            case Terminated terminated:
                return OnTerminatedAsync(context, terminated);
            case StandInEnded ended:
                return OnStandInEndedAsync(context, ended);
            default:
                return context.Sender is { } sender ? OnConversationAsync(context, sender, message) : ValueTask.CompletedTask;
        }
    }

    protected override ValueTask OnRestartingAsync(ActorContext context, Exception reason)
    {
        // The next instance knows nobody; a watch would not tell them, since the reference lives on.
        foreach (ActorRef member in _sessions.Members().Concat(_combiners.All.Select(combiner => combiner.Actor)))
        {
            LastWords.Tell(member, new RegisterAgain(WireText.Clip($"the provider failed and was restarted: {reason.Message}")), context.Self);
        }

        _meter.Dispose();
        _span.End();
        return ValueTask.CompletedTask;
    }

    protected override ValueTask OnStoppedAsync(ActorContext context)
    {
        _meter.Dispose();
        _span.End();
        setup.Completion.Abandon();
        return ValueTask.CompletedTask;
    }

    private async ValueTask OnConversationAsync(ActorContext context, ActorRef sender, object message)
    {
        if (_ended is not null)
        {
            if (message is RegisterWorker or RegisterEvaluator or RegisterAggregator or RegisterCombiner)
            {
                sender.Tell(_ended, context.Self);
            }

            return;
        }

        // A sender that another node's message claims to be is nobody: its session is never opened, and nothing is told to it.
        bool genuine = Senders.IsGenuine(context);
        if (genuine && await TryHandleCombinerAsync(context, sender, message))
        {
            await PerformAllAsync(context);
            return;
        }

        long session = genuine ? _sessions.Open(sender, IncarnationOf(message)) : SessionTable.Nobody;
        RoundInput? input = genuine || message is ModelUpdate ? ToInput(session, sender.Path.Node, message) : null;
        if (FindUnauthorised(context, session, message) is { } unauthorised)
        {
            PerformForMember(context, unauthorised);
        }
        else if (input is not null)
        {
            await HandleAsync(context, input);
        }
        else
        {
            Log.Unexpected(context.Log, message.GetType().Name, sender.Path);
        }

        _update = null;
        _report = null;
        _stepped = null;
        _evaluation = null;

        // Strangers leave nothing behind, however many they are.
        if (!_sessions.IsMember(session))
        {
            _sessions.Close(session);
        }
    }

    /// <summary>Hands an input to the machine and performs what follows, and what follows from that.</summary>
    private async ValueTask HandleAsync(ActorContext context, RoundInput input)
    {
        if (_machine is null)
        {
            return;
        }

        _inputs.Enqueue(input);
        await PerformAllAsync(context);
    }

    private async ValueTask PerformAllAsync(ActorContext context)
    {
        while (_inputs.TryDequeue(out RoundInput? next))
        {
            foreach (RoundEffect effect in _machine!.Handle(next))
            {
                _stopwatch.OnEffect(effect);
                _span.OnEffect(effect, _journal.Run.Id);
                await PerformAsync(context, effect);
                _span.OnPerformed(effect);
            }
        }
    }

    // A store that cannot be read is not cured by a restart; the run ends with the store's own words.
    private void FailToOpen(ActorContext context, StoreException failure)
    {
        RunRecord run = new(
            setup.RunId ?? "none", "", setup.Configuration, ReadOnlyMemory<byte>.Empty, setup.Options.Seed, setup.Options.Training.Rounds,
            RunStatus.Failed, failure.Message, context.Time.GetUtcNow(), context.Time.GetUtcNow(), 0);
        End(context, new RunResult(run, RunOutcome.Failed, failure.Message, null) { StoreFault = failure.Fault });
    }

    private void End(ActorContext context, RunResult result)
    {
        _ended = new RunEnded(result.Run.Id, result.Outcome, result.Reason is { } reason ? WireText.Clip(reason) : null, result.Run.CommittedRounds, result.ParameterHash);
        Log.RunEnded(context.Log, result.Run.Id, result.Outcome, result.Run.CommittedRounds, Log.Because(result.Reason));
        setup.Observer?.OnEnded(result.Run);
        setup.Completion.Complete(result);
    }
}
