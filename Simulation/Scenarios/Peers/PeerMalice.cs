using FedActors.FL.Attacks;
using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Numerics;
using FedActors.FL.Training;

namespace FedActors.Simulation.Scenarios;

/// <summary>The malicious peers of a scenario: peers as they are shipped, whose trainers give something else than what they trained.</summary>
/// <remarks>
/// They know what honest peers have trained, which is the worst that is assumed, and wait in each round until even the slowest honest one
/// could have trained. Who has not trained by then is known by its last model.
/// </remarks>
internal sealed class PeerMalice
{
    /// <summary>Attackers end their training after the slowest honest peer by this.</summary>
    public static readonly TimeSpan Lag = TimeSpan.FromMilliseconds(1);

    private readonly Attack _attack;
    private readonly ulong _seed;
    private readonly HashSet<int> _malicious;
    private readonly int _peers;
    private readonly SortedDictionary<int, ParameterVector> _honest = [];

    private PeerMalice(Attack attack, PeerScenarioSetup setup, HashSet<int> malicious) =>
        (_attack, _seed, _malicious, _peers) = (attack, setup.Options.Seed, malicious, setup.Clients.Count);

    /// <summary>The malice of a scenario, or null where all are honest.</summary>
    public static PeerMalice? Of(PeerScenarioSetup setup) => setup.Attack is { } attack && Malice.Choose(setup.Options.Seed, setup.AttackShare, setup.Clients.Count) is { Length: > 0 } malicious
        ? new PeerMalice(attack, setup, [.. malicious])
        : null;

    /// <summary>Whether a peer waits for what the honest ones train; who only turns labels around has no use for that.</summary>
    public bool Waits(VirtualPeer peer) => _malicious.Contains(peer.Index) && _attack is not LabelFlip;

    /// <summary>What trains at a peer.</summary>
    public ITrainer TrainerOf(VirtualPeer peer, TrainerSubject subject)
    {
        bool isMalicious = _malicious.Contains(peer.Index);
        DataSet data = isMalicious && _attack.FlipsLabels ? Attack.Turned(subject.Data) : subject.Data;
        LocalTrainer own = new(subject.Specification, data, subject.Seed, subject.Site);
        return isMalicious ? new Attacker(this, peer, own) : new Honest(this, peer, own);
    }

    /// <summary>Trains as all do, and is seen.</summary>
    private sealed class Honest(PeerMalice malice, VirtualPeer peer, LocalTrainer own) : ITrainer
    {
        public TrainingResult Train(ParameterVector global, TrainingOptions options, long round, LocalWork work, CancellationToken cancellationToken)
        {
            TrainingResult result = own.Train(global, options, round, work, cancellationToken);
            malice._honest[peer.Index] = result.Parameters;
            return result;
        }
    }

    /// <summary>Puts what the attack makes of it in the place of what it trained.</summary>
    private sealed class Attacker(PeerMalice malice, VirtualPeer peer, LocalTrainer own) : ITrainer
    {
        public TrainingResult Train(ParameterVector global, TrainingOptions options, long round, LocalWork work, CancellationToken cancellationToken)
        {
            TrainingResult result = own.Train(global, options, round, work, cancellationToken);
            if (malice._honest.Count == 0)
            {
                // Nobody honest has trained yet: there is nothing to know, and nothing to hide among.
                return result;
            }

            RandomStream chance = RandomStream.For(malice._seed, "attack", peer.Name, round);
            AttackScene<float> scene = new(global.Memory, [.. malice._honest.Values.Select(model => model.Memory)], malice._peers, malice._malicious.Count, chance);
            malice._attack.Craft(scene, result.Parameters.Values).CopyTo(result.Parameters.AsSpan());
            return result;
        }
    }
}
