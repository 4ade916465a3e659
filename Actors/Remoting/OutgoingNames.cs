namespace FedActors.Actors.Remoting;

/// <summary>Numbers that stand for actors' names in the messages of one session. Not safe for concurrent use; its owner locks.</summary>
/// <remarks>When all numbers are given, the one that was given longest ago is given anew, so that actors which come and go cost no memory.</remarks>
internal sealed class OutgoingNames
{
    /// <summary>Numbers in use at once. More actors talk to one node only in turns; then their names are said again.</summary>
    public const int Capacity = 4096;

    /// <summary>Longer names get no number and are said each time: so a session's names take 5 MiB at most, whoever is on the other side.</summary>
    public const int MaxLength = 256;

    private readonly List<WireName> _byNumber = [];
    private readonly Dictionary<WireName, int> _numbers = [];
    private int _next;

    /// <summary>Finds the number that a name has.</summary>
    public bool TryFind(WireName name, out int number)
    {
        number = Volatile.Read(ref name.Hint);
        if ((uint)number < (uint)_byNumber.Count && _byNumber[number] == name)
        {
            return true;
        }

        // An actor that talks to several nodes has a number for each; the hint remembers one.
        if (!_numbers.TryGetValue(name, out number))
        {
            return false;
        }

        Volatile.Write(ref name.Hint, number);
        return true;
    }

    /// <summary>Gives a name a number. The other side must hear of it before it sees the number.</summary>
    public int Add(WireName name)
    {
        int number = _next;
        _next = (_next + 1) % Capacity;
        if (number == _byNumber.Count)
        {
            _byNumber.Add(name);
        }
        else
        {
            _numbers.Remove(_byNumber[number]);
            _byNumber[number] = name;
        }

        _numbers.Add(name, number);
        Volatile.Write(ref name.Hint, number);
        return number;
    }

    public void Clear()
    {
        _byNumber.Clear();
        _numbers.Clear();
        _next = 0;
    }
}
