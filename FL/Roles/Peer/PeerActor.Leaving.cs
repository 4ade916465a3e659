using FedActors.Actors;
using FedActors.FL.Gossip;

namespace FedActors.FL.Roles;

/// <content>Leaving.</content>
internal sealed partial class PeerActor
{
    private bool _isLeaving;
    private bool _hasToldNeighbours;
    private PeerResult? _result;

    /// <summary>Leaves in order.</summary>
    private void Leave(ActorContext context, PeerOutcome outcome, string? reason)
    {
        GossipLog.Leaves(context.Log, reason ?? "all who are here agree");
        _isLeaving = true;
        _training?.Cancel();
        context.Tell(_members, new LeaveAsked());
        _setup.Completion.Leaving ??= new PeerResult(ToStatus(context), outcome, reason);
        _result = _setup.Completion.Leaving;
        EndIfSaved();
    }

    /// <summary>Nothing matters any more but that the neighbours have been told, and that all is saved.</summary>
    private void OnLastMessage(ActorContext context, object message)
    {
        if (message is SaveDone saved)
        {
            OnSaveDone(context, saved);
            EndIfSaved();
        }

        _hasToldNeighbours |= message is MemberChanged { Record.State: MemberState.Left } told && told.Record.Peer == _setup.PeerId;
        if (_hasToldNeighbours && _result is null)
        {
            context.Stop(context.Self);
        }
    }

    private void EndIfSaved()
    {
        if (_result is { } result && !_journal.IsSaving)
        {
            KeepMean();
            _journal.FlushAll();
            _result = null;
            _setup.Completion.Complete(result);
        }
    }
}
