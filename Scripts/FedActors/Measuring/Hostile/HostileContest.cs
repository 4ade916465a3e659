using FedActors.Actors.Remoting;

namespace FedActors.Scripts.Measuring.Hostile;

/// <summary>Measures an honest node's questions in turns: nobody else is there; another process attacks, at first and when it has gone on for a while; it uses the machine as much and attacks nobody.</summary>
/// <remarks>Each attack has a node of its own, which has not been attacked in another way before.</remarks>
/// <param name="Repetitions">How often each attack has its turns.</param>
/// <param name="Time">About how long all of it takes.</param>
/// <param name="Attackers">Processors of the attackers, if this process has others; null if all share all.</param>
internal sealed record HostileContest(int Repetitions, TimeSpan Time, ulong? Attackers)
{
    // A quiet turn, the attack's beginning, the attack, and the same processor time used otherwise.
    private const int Turns = 4;

    public async Task<IReadOnlyList<HostileRow>> RunAsync(IReadOnlyList<HostileAttack> attacks, TimeProvider time, CancellationToken cancellationToken)
    {
        TimeSpan slice = Time / ((Repetitions + 1) * attacks.Count * Turns);
        var turns = attacks.ToDictionary(attack => attack, _ => new List<HostileTurn>());
        var grounds = new Dictionary<HostileAttack, HostileGround>();
        try
        {
            foreach (HostileAttack attack in attacks)
            {
                grounds.Add(attack, await HostileGround.StartAsync(attack.Secure, Attackers, time, cancellationToken).ConfigureAwait(false));
            }

            for (int round = 0; round <= Repetitions; round++)
            {
                foreach ((HostileAttack attack, HostileGround ground) in grounds)
                {
                    HostileTurn turn = await RunAsync(attack, ground.Honest, ground.Attackers, slice, cancellationToken).ConfigureAwait(false);

                    // The first round warms the code up.
                    if (round > 0)
                    {
                        turns[attack].Add(turn);
                    }
                }
            }
        }
        finally
        {
            foreach (HostileGround ground in grounds.Values)
            {
                await ground.DisposeAsync().ConfigureAwait(false);
            }
        }

        return [.. attacks.Select(attack => new HostileRow(attack.Name, attack.Secure, turns[attack]))];
    }

    private static async Task<HostileTurn> RunAsync(
        HostileAttack attack, HonestPeer honest, AttackerProcess attacker, TimeSpan slice, CancellationToken cancellationToken)
    {
        honest.TakeRefusals();
        int disconnections = honest.Disconnections;
        (double Median, double Most) quiet = await honest.AskAsync(slice, cancellationToken).ConfigureAwait(false);

        long before = Alive();
        await attacker.AttackAsync(attack, cancellationToken).ConfigureAwait(false);
        (double Median, double Most) first = await honest.AskAsync(slice, cancellationToken).ConfigureAwait(false);
        (double Median, double Most) attacked = await honest.AskAsync(slice, cancellationToken).ConfigureAwait(false);
        long growth = Alive() - before;
        AttackerEffort effort = await attacker.StopAsync(cancellationToken).ConfigureAwait(false);

        await attacker.BurnAsync(effort.Cores, cancellationToken).ConfigureAwait(false);
        (double Median, double Most) control = await honest.AskAsync(slice, cancellationToken).ConfigureAwait(false);
        AttackerEffort burnt = await attacker.StopAsync(cancellationToken).ConfigureAwait(false);
        return new HostileTurn(quiet, control, first, attacked, effort, burnt.Cores, growth, honest.TakeRefusals(), honest.Disconnections - disconnections);
    }

    /// <summary>Bytes that one collection finds alive. More than one would go on for as long as the attack does.</summary>
    private static long Alive()
    {
        GC.Collect();
        return GC.GetTotalMemory(forceFullCollection: false);
    }
}

/// <summary>One attack's turns.</summary>
/// <param name="Quiet">Median and 99th percentile of the honest node's questions in microseconds while nobody else is there.</param>
/// <param name="Control">The same while the attackers' process uses as much of the machine.</param>
/// <param name="First">The same while it begins to attack.</param>
/// <param name="Attacked">The same while it goes on attacking.</param>
/// <param name="Effort">What the attackers did.</param>
/// <param name="Burnt">Cores that the control used.</param>
/// <param name="Growth">Bytes alive at the attack's end beyond those before.</param>
/// <param name="Refusals">What was refused, by cause.</param>
/// <param name="Disconnections">How often the honest node lost its connection.</param>
internal sealed record HostileTurn(
    (double Median, double Most) Quiet,
    (double Median, double Most) Control,
    (double Median, double Most) First,
    (double Median, double Most) Attacked,
    AttackerEffort Effort,
    double Burnt,
    long Growth,
    IReadOnlyDictionary<RefusalCause, long> Refusals,
    int Disconnections);
