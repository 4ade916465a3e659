using FedActors.Actors;
using FedActors.FL.Aggregation;
using FedActors.FL.Compression;
using FedActors.FL.Protocol;
using FedActors.FL.Rounds;

namespace FedActors.FL.Roles;

/// <content>Those below: workers and combiners, their coming and going, their requests and answers.</content>
internal sealed partial class CombinerActor
{
    private RoundModel? _model;
    private RoundModel? _modelBefore;
    private CompressionPipeline? _compression;

    private void OnFromBelow(ActorContext context, ActorRef sender, object message)
    {
        switch (message)
        {
            case RegisterWorker register:
                OnRegister(context, sender, register);
                break;
            case RegisterCombiner register:
                OnRegister(context, sender, register);
                break;
            case PartialSum sum when _below.Find(sender) is { } combiner:
                OnSum(context, combiner, sum);
                break;
            case SumFailed failed when _below.Find(sender) is { } combiner:
                OnSumFailed(context, combiner, failed);
                break;
            case ModelUpdate update when _byActor.TryGetValue(sender, out StoodForWorker? worker):
                OnUpdate(context, worker, update);
                break;
            case TrainingFailed failed when _byActor.TryGetValue(sender, out StoodForWorker? worker):
                SendUp(context, worker, failed);
                break;
            case UpdateFiguresReport report when _byActor.TryGetValue(sender, out StoodForWorker? worker) && worker.Below is not null:
                worker.IsReported = true;
                SendUp(context, worker, report);
                break;
            case UpdateNotAccumulated refused when _byActor.TryGetValue(sender, out StoodForWorker? worker) && worker.Below is not null:
                Uncount(context, worker, refused);
                TryAnswer(context);
                break;
            case WorkerLeft left when _byActor.TryGetValue(sender, out StoodForWorker? worker) && worker.Below is not null:
                Leave(context, worker, left.Text, left.MayReturn);
                break;
            default:
                Log.Unexpected(context.Log, message.GetType().Name, sender.Path);
                break;
        }
    }

    private void OnRegister(ActorContext context, ActorRef sender, RegisterWorker register)
    {
        RegisteredCombiner? below = _below.Of(sender);
        if (StatedRoles.FindObjectionToWorker(context.Headers.Peer, below is not null) is { } objection)
        {
            Refuse(context, sender, register.WorkerId, objection.Refusal, objection.Text);
            return;
        }

        if (FindClash(sender, register) is { } clash)
        {
            Refuse(context, sender, register.WorkerId, RegistrationRefusal.DuplicateMember, clash);
            return;
        }

        // The provider compares incarnations of one node, and that is this one.
        RegisterWorker above = register with { Incarnation = context.System.Incarnation };
        if (!_workers.TryGetValue(register.WorkerId, out StoodForWorker? worker))
        {
            if (_workers.Count >= _setup.MaxWorkers)
            {
                Refuse(context, sender, register.WorkerId, RegistrationRefusal.TooManyMembers, $"Combiner {_setup.MemberId} stands for {_workers.Count} workers, its limit.");
                return;
            }

            ActorRef standIn = context.Spawn(Props.Create(() => new StandInActor(register.WorkerId)), $"worker-{++_standIns}");
            worker = new StoodForWorker(register.WorkerId, standIn) { Actor = sender, Registration = above };
            _workers.Add(worker.Name, worker);
        }
        else if (!worker.Actor.Equals(sender))
        {
            context.Unwatch(worker.Actor);
            _byActor.Remove(worker.Actor);
        }

        (worker.Actor, worker.Registration, worker.Below) = (sender, above, below);
        _byActor[sender] = worker;
        context.Watch(sender);
        SendUp(context, worker, above);
    }

    // A restarted node's worker takes the place of its predecessor even before the loss of that has been noticed.
    private string? FindClash(ActorRef sender, RegisterWorker register)
    {
        if (_byActor.TryGetValue(sender, out StoodForWorker? held) && held.Name != register.WorkerId)
        {
            return $"The same sender has registered as worker {held.Name} before; each worker registers for itself.";
        }

        return _workers.TryGetValue(register.WorkerId, out StoodForWorker? known) && !known.Actor.Equals(sender) && known.Actor.Path.Node != sender.Path.Node
            ? $"worker {known.Name} is registered with combiner {_setup.MemberId} from node {known.Actor.Path.Node}, which is alive. Give one of the two another name, or end the other; a registration is then admitted when it is tried again."
            : null;
    }

    private void OnRegister(ActorContext context, ActorRef sender, RegisterCombiner register)
    {
        if (StatedRoles.FindObjection(context.Headers.Peer, StatedRoles.Combiner) is { } objection)
        {
            Refuse(context, sender, register.CombinerId, RegistrationRefusal.NotAuthorised, objection);
            return;
        }

        if (_below.IsExpelled(register.CombinerId))
        {
            Refuse(context, sender, register.CombinerId, RegistrationRefusal.WrongSum, $"Combiner {register.CombinerId} sent a wrong sum; its workers go by another way.");
            return;
        }

        if (_below.Of(sender) is null && !_early.ContainsKey(sender.Path.Node) && _below.Count + _early.Count >= CombinerTable.MaxCombiners)
        {
            Refuse(context, sender, register.CombinerId, RegistrationRefusal.TooManyMembers, $"Combiner {_setup.MemberId} has {CombinerTable.MaxCombiners} combiners below it, its limit.");
            return;
        }

        RegisteredCombiner combiner = new(sender, register.CombinerId, register.Incarnation);
        if (_membership.Provider is null)
        {
            _early[sender.Path.Node] = combiner;
            return;
        }

        Admit(context, combiner);
    }

    private void Admit(ActorContext context, RegisteredCombiner combiner)
    {
        RegisteredCombiner? known = _below.Of(combiner.Actor);
        if (known is not null && (!known.Is(combiner.Actor, combiner.Incarnation) || (_round?.Needs(known) ?? false)))
        {
            Lose(context, known, "it registered anew and may have lost what it held");
            known = null;
        }

        if (known is null)
        {
            _below.Add(combiner);
        }
        else
        {
            known.ModelHash = null;
        }

        context.Watch(combiner.Actor);
        Tell(context, combiner.Actor, new Registered(combiner.Id, Rejoined: false));
        Log.CombinerJoined(context.Log, combiner.Id, combiner.Actor.Path.Node);
    }

    private void Refuse(ActorContext context, ActorRef sender, string member, RegistrationRefusal refusal, string text)
    {
        Log.RegistrationRefused(context.Log, "member", member, text);
        Tell(context, sender, new RegistrationRefused(member, refusal.Code(), WireText.Clip(text), refusal.MayPass()));
    }

    /// <summary>A worker is gone from here: the provider is told why, and its place above ends.</summary>
    private void Leave(ActorContext context, StoodForWorker worker, string text, bool mayReturn)
    {
        SendUp(context, worker, new WorkerLeft(worker.Name, WireText.Clip(text), mayReturn));
        if (worker.IsReported && !mayReturn && _left.Count < _setup.MaxWorkers)
        {
            Remove(context, worker);
            Keep(context, worker);
        }
        else
        {
            Forget(context, worker);
        }

        TryAnswer(context);
    }

    private void Forget(ActorContext context, StoodForWorker worker)
    {
        Remove(context, worker);
        context.Stop(worker.StandIn);
    }

    private void Remove(ActorContext context, StoodForWorker worker)
    {
        context.Unwatch(worker.Actor);
        _workers.Remove(worker.Name);
        _byActor.Remove(worker.Actor);
    }

    /// <summary>A combiner below is gone, or is not one to go on with. Its workers live, and come back by another way.</summary>
    private void Lose(ActorContext context, RegisteredCombiner combiner, string cause)
    {
        Log.CombinerLost(context.Log, combiner.Id, cause);
        _below.Remove(combiner);
        context.Unwatch(combiner.Actor);
        EndLeft(context, worker => worker.Below == combiner);
        foreach (StoodForWorker worker in _workers.Values.Where(worker => worker.Below == combiner).ToArray())
        {
            Leave(context, worker, $"combiner {combiner.Id} was lost: {cause}", mayReturn: true);
        }

        // Some of those that it counted may be elsewhere by now, so that their leaving says nothing.
        _uncounted.UnionWith(_round?.WorkersOf(combiner) ?? []);
        TryAnswer(context);
    }

    private void OnModel(ActorContext context, RoundModel model)
    {
        (_modelBefore, _model) = (_model, model);
        EndLeft(context, worker => worker.Asked is not { } asked || (asked.RunId, asked.Round) != (model.Key.RunId, model.Key.Round));
        foreach (StoodForWorker worker in _workers.Values)
        {
            // Workers are asked in different rounds: each would keep a model of its own.
            if (worker.Model is { } asked && asked != _model && asked != _modelBefore)
            {
                (worker.IsOverdue, worker.Model, worker.Held) = (asked.Sums, null, null);
            }

            if (worker.Waiting is { } message)
            {
                worker.Waiting = null;
                Deliver(context, worker, message);
            }
        }
    }

    /// <summary>Passes on what names parameters that came for all, with them where it goes to a worker, and once for all where it goes to another combiner.</summary>
    private void Deliver(ActorContext context, StoodForWorker worker, object message)
    {
        string? hash = message switch
        {
            TrainRequest { Parameters.IsEmpty: true } request => request.BaseHash,
            GlobalModelBroadcast { Parameters.IsEmpty: true } broadcast => broadcast.ParameterHash,
            _ => null,
        };
        RoundModel? model = hash is null ? null : _model?.Hash == hash ? _model : _modelBefore?.Hash == hash ? _modelBefore : null;
        if (hash is not null && model is null)
        {
            worker.Waiting = message;
            return;
        }

        if (message is TrainRequest asked)
        {
            (worker.Asked, worker.Model, worker.IsOverdue, worker.IsReported) = (asked.Key, model, false, false);
            worker.Held = worker.Held?.Key == asked.Key ? worker.Held : null;
        }

        if (worker.Below is { } below && model is not null)
        {
            if (below.ModelHash != model.Hash)
            {
                below.ModelHash = model.Hash;
                Tell(context, below.Actor, model);
            }

            Tell(context, worker.Actor, message);
            return;
        }

        Tell(context, worker.Actor, (message, model) switch
        {
            (TrainRequest request, { } given) => request with { Parameters = given.Parameters },
            (GlobalModelBroadcast broadcast, { } given) => broadcast with { Parameters = given.Parameters },
            _ => message,
        });
    }

    private void OnUpdate(ActorContext context, StoodForWorker worker, ModelUpdate update)
    {
        RoundModel? model = worker.Model;
        if (worker.Below is not null || !(worker.IsOverdue || model is { Sums: true }))
        {
            // A rule that compares updates needs them one by one.
            SendUp(context, worker, update);
            return;
        }

        Objection? fault = null;
        ModelUpdate? held = null;
        if (model is not null && update.Key == worker.Asked && update.WorkerId == worker.Name)
        {
            held = Inspect(update, model, out fault);
        }

        // What was not asked for is not read. The provider may have asked already, and must not weigh by its figures what is answered once the request has come here.
        fault ??= held is null ? new Objection(RefusalReason.NotSelected, $"combiner {_setup.MemberId} has not asked worker {worker.Name} for {update.Key} and does not keep its answer") : null;

        // Of two answers to one request the provider knows the first's figures.
        worker.IsReported |= held is not null;
        worker.Held = held is null || held.Key == worker.Held?.Key ? worker.Held : held;
        SendUp(context, worker, new UpdateFiguresReport(
            update.Key, update.WorkerId, update.Samples, update.Loss, update.Accuracy, update.TrainingTime, update.Steps, update.ParameterBytes, fault?.Reason.Code() ?? "", WireText.Clip(fault?.Text ?? "")));
    }

    private ModelUpdate? Inspect(ModelUpdate update, RoundModel model, out Objection? fault)
    {
        if (_plan is not { } plan || plan.RunId != update.Key.RunId || model.Parameters.Length != plan.Specification.Layout.Count)
        {
            fault = new Objection(RefusalReason.WrongRun, $"combiner {_setup.MemberId} has no plan of run {update.Key.RunId} that its parameters fit");
            return null;
        }

        _compression = _compression?.Text == plan.Compression ? _compression : CompressionPipeline.TryParse(plan.Compression, out CompressionPipeline? parsed) ? parsed : null;
        if (_compression is null)
        {
            fault = new Objection(RefusalReason.Undecodable, $"combiner {_setup.MemberId} does not know the compression \"{plan.Compression}\"; it may be of an older version");
            return null;
        }

        ModelUpdate read = CompressedUpdates.Read(
            _compression, update, update.Compressed.IsEmpty ? null : model.Parameters.ToVector(plan.Specification.Layout), plan.Seed, out fault);
        fault ??= Objections.Inspect(plan.Specification, read);
        return fault is null ? read : null;
    }
}
