using FedActors.Actors;
using FedActors.Actors.Middleware;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.Simulation.Kernel;
using FedActors.Simulation.Schedules;
using FedActors.Simulation.Worlds;

namespace FedActors.Simulation.Coordinated;

/// <summary>Shows the invariants what actors handle, damages requests, and lets workers and combiners misspeak.</summary>
internal sealed class CoordinatedInterference(SimulatedProcess process, CoordinatedInvariants invariants, CoordinatedParts parts, Action<FaultKind> hit, Action<string> reach)
    : Interference(process, hit)
{
    private readonly CombinerWatch _combiner = invariants.WatchCombiner(process.Host.Name);
    private bool _speaking;
    private bool _sawLast;

    /// <summary>Whether the next request has parameters of another shape.</summary>
    public bool Damages { get; set; }

    /// <summary>The round after whose model the evaluator hangs at the next one, or null.</summary>
    public int? HangsAfter { get; set; }

    /// <summary>How the next sum is no sum of what was asked for, or null.</summary>
    public int? Lie { get; set; }

    /// <summary>Whether updates claim more than an average can hold.</summary>
    public bool Boasts { get; set; }

    /// <summary>The end of the member that runs here, or null where none does.</summary>
    public MemberCompletion? Member { get; set; }

    /// <summary>What is sent beside the next updates.</summary>
    public Queue<int> Confusions { get; } = new();

    public override SendMiddleware Send => next => (ActorRef target, ref Envelope envelope) =>
    {
        if (!_speaking && Confusions.Count > 0 && envelope.Message is ModelUpdate update)
        {
            _speaking = true;
            int kind = Confusions.Dequeue();
            Hit(FaultKind.ConfusedWorker);
            target.Tell(Confusion.Of(update, kind), envelope.Sender);
            _speaking = false;
        }

        if (parts.Loses(envelope.Message))
        {
            return false;
        }

        object said = Process.IsAlive ? Say(envelope.Message) : envelope.Message;
        envelope = ReferenceEquals(said, envelope.Message) ? envelope : envelope with { Message = said };
        return next(target, ref envelope);
    };

    protected override Envelope Before(ActorContext context, Envelope envelope)
    {
        bool damaged = false;
        if (Damages && Damage(envelope.Message) is { } other)
        {
            Damages = false;
            damaged = true;
            envelope = envelope with { Message = other };
            Hit(FaultKind.DamagedRequest);
        }

        if (HangsAfter is { } last && envelope.Message is EvaluateModel asked)
        {
            TrainingHangs |= _sawLast;
            _sawLast |= asked.Key.Round >= last;
        }

        Show(envelope.Message, damaged);
        if (Confusions.Count > 0 && envelope is { Message: GlobalModelBroadcast news, Sender: { } provider })
        {
            // Nobody has asked for this one, and it could not count if somebody had.
            Hit(FaultKind.ConfusedWorker);
            provider.Tell(Confusion.Unasked(news.Key, Process.Host.Name), context.Self);
        }

        return envelope;
    }

    protected override void After(ActorContext context)
    {
        // A member is the one top actor of its node.
        if (Member is not { Task.IsCompleted: false } member || context.Parent is not null)
        {
            return;
        }

        if (!parts.MembersRegisterAgain)
        {
            context.Timers.Cancel(Membership.TimerKey);
        }

        // Who has a provider watches it, and is told when it is lost.
        if (!member.HasProvider && !context.Timers.IsRunning(Membership.TimerKey))
        {
            invariants.OnEndlessWait(Process.Host.Name);
        }
    }

    private object Say(object message)
    {
        switch (message)
        {
            case PartialSum sum:
                _combiner.OnSum(sum);
                return Misstate(sum);
            case UpdateNotAccumulated refused:
                invariants.OnNotAccumulated(Process.Host.Name, refused);
                return refused;
            case RegisterWorker register when Boasts:
                return Confusion.Boast(register);
            case ModelUpdate update when Boasts:
                return Confusion.Boast(update);
            default:
                return message;
        }
    }

    private PartialSum Misstate(PartialSum sum)
    {
        if (Lie is not { } lie)
        {
            return sum;
        }

        Lie = null;
        Hit(FaultKind.LyingCombiner);
        return lie % 2 == 0 ? sum with { Workers = [.. sum.Workers.Append("nobody").Order(StringComparer.Ordinal)] } : sum with { Body = sum.Body[..^1] };
    }

    private void Show(object message, bool damaged)
    {
        switch (message)
        {
            case TrainRequest { Parameters.IsEmpty: false } request:
                invariants.OnTrainRequest(Process.Host.Name, request, damaged);
                break;
            case RunPlan plan:
                invariants.OnPlan(plan);
                break;
            case GlobalModelBroadcast broadcast:
                invariants.OnAnnounced(broadcast.Key.Round, broadcast.ParameterHash);
                break;
            case OpenRound:
                invariants.OnAverageOpened(Process.Host.Name);
                break;
            case AccumulateUpdate update:
                invariants.OnAccumulated(Process.Host.Name, update.Key, [update.WorkerId]);
                break;
            case CountUpdate count:
                _combiner.OnCounted(count);
                break;
            case SumRequest request:
                _combiner.OnAsked(request);
                break;
            case RegistrationRefused refused:
                reach($"not admitted {refused.Code}");
                break;
            case SumFailed:
                reach("sum failed");
                break;
            case WorkerLeft left:
                reach(left.MayReturn ? "combiner below lost" : "worker of a combiner lost");
                break;
            case AccumulateSum sum:
                reach("sum counted");
                invariants.OnAccumulated(Process.Host.Name, sum.Key, sum.Workers);
                break;
        }
    }

    private static object? Damage(object message) => message switch
    {
        TrainRequest request => request with { Parameters = request.Parameters[1..] },
        EvaluateModel model => model with { Parameters = model.Parameters[1..] },
        _ => null,
    };
}
