using System.Runtime;

namespace FedActors.Scripts.Measuring.Hostile;

/// <summary>Measures an honest node's questions in turns: nobody else is there; another process uses the machine as much as attackers do and attacks nobody; it attacks, at first and when it has gone on for a while.</summary>
/// <remarks>
/// Each attack has a node of its own, which has not been attacked in another way before. What an attack leaves behind has a turn's
/// time to end before the next is measured, and measuring begins when the compiler rests, which would be in the figures.
/// </remarks>
/// <param name="Repetitions">How often each attack has its turns.</param>
/// <param name="Time">About how long all of it takes.</param>
/// <param name="Attackers">Processors of the attackers, if this process has others; null if all share all.</param>
internal sealed record HostileContest(int Repetitions, TimeSpan Time, ulong? Attackers)
{
    // Until a listener has noticed, and knows where attackers come from.
    public const int FirstTurns = 6;

    // A quiet turn, the same processor time used otherwise, the attack's beginning, the attack, and what it leaves behind.
    private const int Turns = 4 + FirstTurns;

    // Rounds of attacks at most before anything is measured.
    private const int MostToWarmUp = 4;

    // Of a round's time, what the compiler may take when it rests.
    private const double Rest = 0.001;

    public async Task<IReadOnlyList<HostileRow>> RunAsync(IReadOnlyList<HostileAttack> attacks, TimeProvider time, CancellationToken cancellationToken)
    {
        TimeSpan slice = Time / (((Repetitions * Turns) + MostToWarmUp) * attacks.Count);
        var turns = attacks.ToDictionary(attack => attack, _ => new List<HostileTurn>());
        var grounds = new Dictionary<HostileAttack, HostileGround>();
        try
        {
            foreach (HostileAttack attack in attacks)
            {
                grounds.Add(attack, await HostileGround.StartAsync(attack.Secure, Attackers, time, cancellationToken).ConfigureAwait(false));
            }

            Dictionary<HostileAttack, double> cores = await WarmUpAsync(grounds, slice, time, cancellationToken).ConfigureAwait(false);
            for (int round = 0; round < Repetitions; round++)
            {
                foreach ((HostileAttack attack, HostileGround ground) in grounds)
                {
                    HostileTurn turn = await RunAsync(attack, ground, cores[attack], slice, cancellationToken).ConfigureAwait(false);
                    cores[attack] = turn.Effort.Cores;
                    turns[attack].Add(turn);
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

    /// <summary>Attacks until the compiler has done its work, or has had its time.</summary>
    /// <returns>The processors that each attack took.</returns>
    private static async Task<Dictionary<HostileAttack, double>> WarmUpAsync(
        Dictionary<HostileAttack, HostileGround> grounds, TimeSpan slice, TimeProvider time, CancellationToken cancellationToken)
    {
        var cores = grounds.Keys.ToDictionary(attack => attack, _ => 0.0);
        for (int round = 0; round < MostToWarmUp; round++)
        {
            TimeSpan compiled = JitInfo.GetCompilationTime();
            long started = time.GetTimestamp();
            foreach ((HostileAttack attack, HostileGround ground) in grounds)
            {
                await ground.Attackers.AttackAsync(attack, cancellationToken).ConfigureAwait(false);
                await ground.Honest.AskAsync(slice, cancellationToken).ConfigureAwait(false);
                cores[attack] = (await ground.Attackers.StopAsync(cancellationToken).ConfigureAwait(false)).Cores;
            }

            if (JitInfo.GetCompilationTime() - compiled < Rest * time.GetElapsedTime(started))
            {
                break;
            }
        }

        return cores;
    }

    private static async Task<HostileTurn> RunAsync(HostileAttack attack, HostileGround ground, double cores, TimeSpan slice, CancellationToken cancellationToken)
    {
        (HonestPeer honest, AttackerProcess attacker) = (ground.Honest, ground.Attackers);
        honest.TakeRefusals();
        int disconnections = honest.Disconnections;
        Alive();
        HonestTurn quiet = await honest.AskAsync(slice, cancellationToken).ConfigureAwait(false);

        Alive();
        await attacker.BurnAsync(cores, cancellationToken).ConfigureAwait(false);
        HonestTurn control = await honest.AskAsync(slice, cancellationToken).ConfigureAwait(false);
        await attacker.StopAsync(cancellationToken).ConfigureAwait(false);

        long before = Alive();
        await attacker.AttackAsync(attack, cancellationToken).ConfigureAwait(false);
        HonestTurn first = await honest.AskAsync(FirstTurns * slice, cancellationToken).ConfigureAwait(false);
        HonestTurn attacked = await honest.AskAsync(slice, cancellationToken).ConfigureAwait(false);
        long growth = Alive() - before;
        AttackerEffort effort = await attacker.StopAsync(cancellationToken).ConfigureAwait(false);

        await honest.AskAsync(slice, cancellationToken).ConfigureAwait(false);
        return new HostileTurn(quiet, control, first, attacked, effort, growth, honest.TakeRefusals(), honest.Disconnections - disconnections);
    }

    /// <summary>Bytes that one collection finds alive. More than one would go on for as long as the attack does. There is one before each turn, since what it does for the next few is much.</summary>
    private static long Alive()
    {
        GC.Collect();
        return GC.GetTotalMemory(forceFullCollection: false);
    }
}
