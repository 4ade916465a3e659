namespace FedActors.FL.Rounds;

/// <summary>Requests that workers have not answered, or whose answers are not committed yet: one a worker at most.</summary>
internal sealed class FlightTable
{
    private readonly SortedDictionary<string, Flight> _flights = new(StringComparer.Ordinal);

    /// <summary>Requests that are out.</summary>
    public int Out { get; private set; }

    public Flight? Find(string worker) => _flights.GetValueOrDefault(worker);

    /// <summary>Workers with a flight of a state, in the order of names.</summary>
    public string[] Names(FlightState state) => [.. _flights.Where(flight => flight.Value.State == state).Select(flight => flight.Key)];

    public void Set(string worker, Flight flight)
    {
        Remove(worker);
        _flights[worker] = flight;
        Out += flight.State == FlightState.Out ? 1 : 0;
    }

    public void Remove(string worker)
    {
        if (_flights.Remove(worker, out Flight? flight) && flight.State == FlightState.Out)
        {
            Out--;
        }
    }

    /// <summary>A worker is gone, or is another than it was: what it was asked will not come. What it has sent stays.</summary>
    public void Lose(string worker)
    {
        if (Find(worker)?.State == FlightState.Out)
        {
            Remove(worker);
        }
    }

    /// <summary>What counted is committed.</summary>
    public void Commit()
    {
        foreach (string worker in Names(FlightState.Counted))
        {
            Remove(worker);
        }
    }
}

/// <summary>A request to a worker.</summary>
/// <param name="Round">The round that it was made in: the update starts from the model that the round began with.</param>
/// <param name="Attempt">The attempt.</param>
/// <param name="State">What has become of it.</param>
internal sealed record Flight(int Round, int Attempt, FlightState State);

/// <summary>What has become of a request.</summary>
internal enum FlightState
{
    /// <summary>No answer yet.</summary>
    Out,

    /// <summary>The answer is here and waits for the next collection.</summary>
    Held,

    /// <summary>The answer counts in the round in progress.</summary>
    Counted,
}
