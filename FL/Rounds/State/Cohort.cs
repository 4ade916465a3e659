namespace FedActors.FL.Rounds;

/// <summary>The workers asked in one attempt, with counts kept so that closing a round needs no pass over them.</summary>
internal sealed class Cohort
{
    private readonly Dictionary<string, Seat> _seats = new(StringComparer.Ordinal);
    private readonly int[] _counts = new int[4];

    public int Outstanding => _counts[(int)SeatState.Outstanding];

    public int Accepted => _counts[(int)SeatState.Accepted];

    public int Lost => _counts[(int)SeatState.Lost];

    public int Count => _seats.Count;

    public Seat? Find(string worker) => _seats.GetValueOrDefault(worker);

    /// <summary>Forgets all seats, and makes room for so many.</summary>
    public void Clear(int seats = 0)
    {
        _seats.Clear();
        _seats.EnsureCapacity(seats);
        Array.Clear(_counts);
    }

    /// <summary>Gives a worker a seat, or sets the seat that it has.</summary>
    public void Set(string worker, SeatState state, string? cause = null, UpdateFigures? figures = null)
    {
        if (_seats.TryGetValue(worker, out Seat? seat))
        {
            _counts[(int)seat.State]--;
        }
        else
        {
            seat = new Seat();
            _seats.Add(worker, seat);
        }

        seat.State = state;
        seat.Cause = cause;
        seat.Figures = figures;
        _counts[(int)state]++;
    }

    /// <summary>All names in ordinal order.</summary>
    public string[] Names()
    {
        string[] names = [.. _seats.Keys];
        Array.Sort(names, StringComparer.Ordinal);
        return names;
    }

    /// <summary>Names of the seats in a state, in ordinal order.</summary>
    public string[] Names(SeatState state)
    {
        string[] names = [.. _seats.Where(seat => seat.Value.State == state).Select(seat => seat.Key)];
        Array.Sort(names, StringComparer.Ordinal);
        return names;
    }
}
