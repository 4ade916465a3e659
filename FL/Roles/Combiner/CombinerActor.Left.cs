using FedActors.Actors;
using FedActors.FL.Protocol;

namespace FedActors.FL.Roles;

/// <content>Workers that left after their update was reported: it counts as if they were here, and their place stays until the provider has said so.</content>
internal sealed partial class CombinerActor
{
    private readonly Dictionary<ActorRef, StoodForWorker> _left = [];

    private void Keep(ActorContext context, StoodForWorker worker)
    {
        EndLeft(context, former => former.Name == worker.Name);
        _left[worker.StandIn] = worker;
    }

    private void OnFromAbove(ActorContext context, StoodForWorker left, object message)
    {
        if (message is CountUpdate count)
        {
            _left.Remove(left.StandIn);
            Count(context, left, count);
            context.Stop(left.StandIn);
        }
        else if (message is UpdateRefused)
        {
            EndLeft(context, worker => worker == left);
            TryAnswer(context);
        }
    }

    private void EndLeft(ActorContext context, Predicate<StoodForWorker> isOver)
    {
        foreach (StoodForWorker worker in _left.Values.Where(worker => isOver(worker)).ToArray())
        {
            _left.Remove(worker.StandIn);
            context.Stop(worker.StandIn);
        }
    }

    /// <summary>Whether word of a worker's update can come from above: it has a place here.</summary>
    private bool HasPlace(string worker) => _workers.ContainsKey(worker) || _left.Values.Any(left => left.Name == worker);
}
