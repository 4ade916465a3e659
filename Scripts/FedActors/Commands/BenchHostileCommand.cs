using System.CommandLine;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Measuring.Hostile;

namespace FedActors.Scripts.Commands;

/// <summary><c>bench hostile</c>: what an honest node feels while others attack.</summary>
internal static class BenchHostileCommand
{
    private const int UsualRepetitions = 5;
    private static readonly TimeSpan UsualDuration = TimeSpan.FromMinutes(2);

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

            var contest = new HostileContest(context.Arguments.GetValue(repetitions), context.Arguments.GetValue(duration));
            IReadOnlyList<HostileAttack> attacks = BenchCommand.Named(HostileAttack.All, attack => attack.Name, context.Arguments.GetValue(only));
            context.Output.Notice($"Measuring for about {DurationText.Spoken(contest.Time)}; whatever else runs on this machine spoils the figures.");
            var table = new HostileTable(await contest.RunAsync(attacks, context.Time, stopping).ConfigureAwait(false), contest);
            return new CommandResult { Data = table.Json(), Text = table.Write };
        });
        return command;
    }
}
