using System.CommandLine;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Simulating;

namespace FedActors.Scripts.Commands;

/// <summary><c>simulate</c>: runs under faults in virtual time.</summary>
internal static class SimulateCommand
{
    /// <summary>What help says of it.</summary>
    public const string Description = "Runs whole federations under faults in virtual time, and looks for what must never happen.";

    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "simulate",
            Description,
            new Example("fedactors simulate", $"{CampaignArguments.UsualSchedules:N0} schedules of faults, with the rate at which they run"),
            new Example("fedactors simulate --schedules 1000000", "a long campaign"),
            new Example("fedactors simulate --seed 387", "one schedule again, exactly, with what happened last"));
        CampaignArguments campaign = new(command);
        runner.Bind(command, campaign.RunAsync);
        return command;
    }
}
