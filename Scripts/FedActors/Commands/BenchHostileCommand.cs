using System.CommandLine;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Measuring.Hostile;
using FedActors.Scripts.Processes;

namespace FedActors.Scripts.Commands;

/// <summary><c>bench hostile</c>: what an honest node feels while others attack.</summary>
internal static class BenchHostileCommand
{
    private const int UsualRepetitions = 3;
    private static readonly TimeSpan UsualDuration = TimeSpan.FromMinutes(6);

    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "hostile",
            "Attacks a node on this machine from another process, in ten ways, and measures what an honest one feels of it.",
            new Example("fedactors bench hostile", "p99 of honest questions beside a quiet machine and one that is as busy"),
            new Example("fedactors bench hostile --only TLS --duration 1m -o json", "for a record"));
        Option<TimeSpan> duration = BenchCommand.Duration(command, UsualDuration);
        Option<int> repetitions = BenchCommand.Repetitions(command, UsualRepetitions);
        Option<string?> only = BenchCommand.Only(command);
        var shared = new Option<bool>("--shared") { Description = "Lets attackers use the nodes' processors. Otherwise, on Linux, each side has half of the machine, so that only what the node does for attackers is felt." };
        command.Options.Add(shared);
        var apart = new Option<ulong?>(ProcessorShares.Option) { Hidden = true, Description = "Set for the nodes' process: the attackers' processors." };
        command.Options.Add(apart);
        var ports = new Option<int[]>(AttackerProcess.Option) { Hidden = true, Description = "Set for the attackers' process.", AllowMultipleArgumentsPerToken = true };
        command.Options.Add(ports);
        runner.Bind(command, async (context, stopping) =>
        {
            if (context.Arguments.GetValue(ports) is { Length: 2 } targets)
            {
                using var orders = new StreamReader(Console.OpenStandardInput());
                await new Attacker(new AttackTargets(targets[0], targets[1]), context.Time).RunAsync(orders, context.Terminal.Out, stopping).ConfigureAwait(false);
                return new CommandResult();
            }

            ulong? attackers = context.Arguments.GetValue(apart);
            var contest = new HostileContest(context.Arguments.GetValue(repetitions), context.Arguments.GetValue(duration), attackers);
            IReadOnlyList<HostileAttack> attacks = BenchCommand.Named(HostileAttack.All, attack => attack.Name, context.Arguments.GetValue(only));
            if (attackers is null && !context.Arguments.GetValue(shared) && context.Terminal.IsOfProcess && ProcessorShares.Find() is { } shares)
            {
                return await shares.RunAsync(context, stopping).ConfigureAwait(false);
            }

            return attackers is null
                ? await MeasureAsync(context, contest, attacks, stopping).ConfigureAwait(false)
                : await CommandProcess.ForLauncherAsync(ending => MeasureAsync(context, contest, attacks, ending), stopping).ConfigureAwait(false);
        });
        return command;
    }

    private static async Task<CommandResult> MeasureAsync(CommandContext context, HostileContest contest, IReadOnlyList<HostileAttack> attacks, CancellationToken stopping)
    {
        context.Output.Notice($"Measuring for about {DurationText.Spoken(contest.Time)}; whatever else runs on this machine spoils the figures.");
        var table = new HostileTable(await contest.RunAsync(attacks, context.Time, stopping).ConfigureAwait(false), contest);
        return new CommandResult { Data = table.Json(), Text = table.Write };
    }
}
