namespace FedActors.Simulation.Scenarios;

/// <summary>What is going to happen, in order of time.</summary>
internal sealed class Agenda
{
    private readonly PriorityQueue<Occurrence, Moment> _queue = new();
    private long _number;

    /// <summary>Decides that something happens.</summary>
    public void Add(long ticks, Occurrence occurrence) => _queue.Enqueue(occurrence, new Moment(ticks, ++_number));

    /// <summary>Puts something back that was taken too early.</summary>
    public void Return(Moment moment, Occurrence occurrence) => _queue.Enqueue(occurrence, moment);

    /// <summary>Looks at what happens next, without taking it.</summary>
    public bool TryPeek(out Occurrence occurrence, out Moment moment) => _queue.TryPeek(out occurrence, out moment);

    /// <summary>Takes what happens next.</summary>
    public bool TryTake(out Occurrence occurrence, out Moment moment) => _queue.TryDequeue(out occurrence, out moment);
}
