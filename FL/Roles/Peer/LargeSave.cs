using FedActors.Crdt;

namespace FedActors.FL.Roles;

/// <summary>What is saved away from the peer's turn.</summary>
/// <param name="entries">Large entries of others.</param>
/// <param name="mean">The peer's mean, if that is to be saved.</param>
internal sealed class LargeSave(IReadOnlyList<Entry> entries, KeptMean? mean)
{
    private readonly Lock _sync = new();
    private readonly HashSet<string> _void = new(StringComparer.Ordinal);
    private bool _isVoid;

    public IReadOnlyList<Entry> Entries => entries;

    public KeptMean? Mean => mean;

    /// <summary>Saves an entry, unless that is void by now.</summary>
    public void Once(string key, Action save)
    {
        lock (_sync)
        {
            if (!_isVoid && !_void.Contains(key))
            {
                save();
            }
        }
    }

    /// <summary>What is here under a key must not be saved any more. If it is being saved right now, this waits for that.</summary>
    public void Void(string key)
    {
        if (entries.Any(entry => entry.Key == key))
        {
            lock (_sync)
            {
                _void.Add(key);
            }
        }
    }

    /// <summary>Nothing of this must be saved any more. If something is being saved right now, this waits for that.</summary>
    public void VoidAll()
    {
        lock (_sync)
        {
            _isVoid = true;
        }
    }

    public bool IsVoid(string key)
    {
        lock (_sync)
        {
            return _void.Contains(key);
        }
    }
}
