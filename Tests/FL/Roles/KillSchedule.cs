using FedActors.FL.Numerics;

namespace FedActors.Tests.FL.Roles;

/// <summary>Decides from a seed after which of its messages each role is killed.</summary>
internal sealed class KillSchedule
{
    private readonly Lock _sync = new();
    private readonly Dictionary<string, Queue<int>> _points = [];
    private readonly Dictionary<string, int> _handled = [];
    private readonly Action<string> _kill;

    /// <param name="seed">Decides everything.</param>
    /// <param name="roles">Who may be killed.</param>
    /// <param name="kills">How often in all.</param>
    /// <param name="kill">Told whom to kill; called on that role's own turn.</param>
    public KillSchedule(ulong seed, IReadOnlyList<string> roles, int kills, Action<string> kill)
    {
        _kill = kill;
        RandomStream chance = new(seed);
        for (int i = 0; i < kills; i++)
        {
            string role = roles[chance.NextInt(roles.Count)];
            if (!_points.TryGetValue(role, out Queue<int>? points))
            {
                _points[role] = points = new Queue<int>();
            }

            // A round is about a dozen messages at the provider and three at the others.
            points.Enqueue(1 + chance.NextInt(role == Federation.Provider ? 40 : 10));
        }
    }

    /// <summary>Roles whose turn did not come, because the run ended before.</summary>
    public int Left
    {
        get
        {
            lock (_sync)
            {
                return _points.Values.Sum(points => points.Count);
            }
        }
    }

    public void OnMessage(string role)
    {
        lock (_sync)
        {
            if (!_points.TryGetValue(role, out Queue<int>? points) || points.Count == 0)
            {
                return;
            }

            int handled = _handled[role] = _handled.GetValueOrDefault(role) + 1;
            if (handled != points.Peek())
            {
                return;
            }

            points.Dequeue();
            _handled[role] = 0;
        }

        _kill(role);
    }
}
