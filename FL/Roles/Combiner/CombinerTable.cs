using FedActors.Actors;
using FedActors.FL.Protocol;

namespace FedActors.FL.Roles;

/// <summary>The combiners that are registered here, one a node. A worker that registers from such a node is one of theirs.</summary>
internal sealed class CombinerTable
{
    /// <summary>Most combiners that one provider or combiner has: each may keep a connection and a model on its way.</summary>
    public const int MaxCombiners = 10_000;

    /// <summary>Most rounds that a combiner rests. One that never sends a sum in time costs one wait for it in so many rounds.</summary>
    public const int MaxRest = 64;

    private readonly Dictionary<string, RegisteredCombiner> _byNode = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (RoundKey Attempt, int Failures)> _failures = new(StringComparer.Ordinal);
    private readonly HashSet<string> _expelled = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (int Rounds, int Last, RoundKey Since)> _rests = new(StringComparer.Ordinal);
    private RoundKey _failing;

    /// <summary>How many there are.</summary>
    public int Count => _byNode.Count;

    /// <summary>All of them, in the order of their names.</summary>
    public IEnumerable<RegisteredCombiner> All => _byNode.Values.OrderBy(combiner => combiner.Id, StringComparer.Ordinal);

    /// <summary>The combiner through which an actor speaks, or null.</summary>
    public RegisteredCombiner? Of(ActorRef actor) => _byNode.GetValueOrDefault(actor.Path.Node);

    /// <summary>The combiner that an actor is, or null.</summary>
    public RegisteredCombiner? Find(ActorRef actor) => Of(actor) is { } combiner && combiner.Actor.Equals(actor) ? combiner : null;

    /// <summary>The combiner of a name, or null.</summary>
    public RegisteredCombiner? Find(string id) => _byNode.Values.FirstOrDefault(combiner => combiner.Id == id);

    /// <summary>Takes a combiner in, in place of whichever its node had.</summary>
    public void Add(RegisteredCombiner combiner) => _byNode[combiner.Actor.Path.Node] = combiner;

    public void Remove(RegisteredCombiner combiner) => _byNode.Remove(combiner.Actor.Path.Node);

    /// <summary>Removes a combiner that is not to come back under its name.</summary>
    public void Expel(RegisteredCombiner combiner)
    {
        Remove(combiner);
        _expelled.Add(combiner.Id);
    }

    /// <summary>Removes a combiner that owes what it was asked for. It may come back after the round, and each time that it fails again after twice as many.</summary>
    /// <param name="combiner">Which.</param>
    /// <param name="attempt">The attempt that failed with it.</param>
    public void Rest(RegisteredCombiner combiner, RoundKey attempt)
    {
        Remove(combiner);
        int rounds = Math.Clamp(2 * _rests.GetValueOrDefault(combiner.Id).Rounds, 1, MaxRest);
        _rests[combiner.Id] = (rounds, attempt.Round + rounds - 1, attempt);
    }

    /// <summary>The last round of a combiner's rest, or 0.</summary>
    public int RestsUntil(string id) => _rests.GetValueOrDefault(id).Last;

    /// <summary>Whether a combiner rests. An attempt that failed without it ends the rest: it may be the only way to those who are needed.</summary>
    /// <param name="id">Which.</param>
    /// <param name="round">The round in progress.</param>
    /// <param name="attempt">The attempt at it.</param>
    public bool Rests(string id, int round, int attempt) =>
        _rests.TryGetValue(id, out (int Rounds, int Last, RoundKey Since) rest) && round <= rest.Last && attempt <= (round == rest.Since.Round ? rest.Since.Attempt + 1 : 1);

    /// <summary>An attempt fails with a combiner; it may say so more than once.</summary>
    /// <returns>How many attempts at this round have failed with it.</returns>
    public int CountFailure(string id, RoundKey attempt)
    {
        if ((_failing.RunId, _failing.Round) != (attempt.RunId, attempt.Round))
        {
            _failures.Clear();
        }

        _failing = attempt;
        (RoundKey last, int failures) = _failures.GetValueOrDefault(id);
        failures += last == attempt ? 0 : 1;
        _failures[id] = (attempt, failures);
        return failures;
    }

    public bool IsExpelled(string id) => _expelled.Contains(id);
}
