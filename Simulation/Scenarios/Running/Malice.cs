using FedActors.FL.Attacks;
using FedActors.FL.Models;
using FedActors.FL.Numerics;
using FedActors.FL.Rounds;

namespace FedActors.Simulation.Scenarios;

/// <summary>The malicious clients of a scenario: who they are, and what they send once they know what the honest ones do.</summary>
internal sealed class Malice
{
    private readonly Attack _attack;
    private readonly ulong _seed;
    private readonly IVirtualClients _clients;
    private readonly bool[] _malicious;

    private Malice(Attack attack, ScenarioSetup setup)
    {
        (_attack, _seed, _clients) = (attack, setup.Options.Seed, setup.Clients);
        _malicious = new bool[_clients.Count];
        foreach (int client in Choose(_seed, setup.AttackShare, _clients.Count))
        {
            _malicious[client] = true;
        }
    }

    /// <summary>Whether attackers turn their labels around.</summary>
    public bool FlipsLabels => _attack.FlipsLabels;

    /// <summary>Who of some clients is malicious.</summary>
    public static int[] Choose(ulong seed, double share, int clients) => RandomStream.For(seed, "attackers").Permutation(clients)[..(int)Math.Round(share * clients)];

    /// <summary>The malice of a scenario, or null where all are honest.</summary>
    public static Malice? Of(ScenarioSetup setup) => setup is { Attack: { } attack, AttackShare: > 0 } ? new Malice(attack, setup) : null;

    /// <summary>Whether a client is malicious.</summary>
    public bool Is(int client) => _malicious[client];

    /// <summary>Puts what attackers send in the place of what they trained.</summary>
    /// <param name="orders">All that the round asked, trained.</param>
    /// <param name="global">The parameters that the round began with.</param>
    /// <param name="round">The round.</param>
    public void Craft(IReadOnlyCollection<TrainingOrder> orders, ParameterVector global, int round)
    {
        ReadOnlyMemory<float>[] honest = [.. orders.Where(order => !_malicious[order.Client]).Select(order => order.Parameters.Memory)];
        if (honest.Length == 0)
        {
            return;
        }

        foreach (TrainingOrder order in orders.Where(order => _malicious[order.Client]))
        {
            RandomStream chance = RandomStream.For(_seed, "attack", _clients.NameOf(order.Client), round);
            AttackScene<float> scene = new(global.Memory, honest, orders.Count, orders.Count - honest.Length, chance);
            _attack.Craft(scene, order.Parameters.Values).CopyTo(order.Parameters.AsSpan());
        }
    }
}
