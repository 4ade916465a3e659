using System.Runtime.ExceptionServices;
using FedActors.Actors;
using FedActors.Crdt;
using FedActors.Crdt.Gossip;
using FedActors.FL.Gossip;

namespace FedActors.FL.Roles;

/// <content>Large bodies, which are hashed, read and stored away from the peer's turn: see docs/adr/0012.</content>
internal sealed partial class PeerActor
{
    private ReadBody? _read;

    private void Judge(ActorContext context, JudgeBody judge)
    {
        GossipExchange exchange = _exchange;
        OwnerCheck? check = OwnerCheck;
        PeerSetup setup = _setup;
        context.PipeToSelf(
            Task.Factory.StartNew(() => ReadBody.Of(judge.Judge(check), setup), context.Stopping, TaskCreationOptions.DenyChildAttach, setup.Bodies),
            read => new BodyDone(exchange, read, null),
            failure => new BodyDone(exchange, null, failure));
    }

    private void OnBodyDone(ActorContext context, BodyDone done)
    {
        if (done.Failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        // With another incarnation came another exchange, which asks anew.
        if (done.Exchange == _exchange)
        {
            _read = done.Read;
            Exchange(context, done.Read!.Judged);
            _read = null;
        }
    }

    /// <summary>Saves what is large and has changed, one after the other.</summary>
    private void SaveLarge(ActorContext context)
    {
        if (_journal.BeginLargeSave() is { } save)
        {
            PeerJournal journal = _journal;
            context.PipeToSelf(
                Task.Factory.StartNew(
                    () =>
                    {
                        journal.Save(save);
                        return true;
                    },
                    CancellationToken.None,
                    TaskCreationOptions.DenyChildAttach,
                    _setup.Bodies),
                _ => new SaveDone(null),
                failure => new SaveDone(failure));
        }
    }

    private void OnSaveDone(ActorContext context, SaveDone done)
    {
        if (done.Failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        _journal.EndLargeSave();
        if (!_isLeaving)
        {
            SaveLarge(context);
        }
    }
}
