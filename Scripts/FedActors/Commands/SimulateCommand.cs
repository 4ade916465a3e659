using System.CommandLine;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Scenarios;
using FedActors.Scripts.Simulating;

namespace FedActors.Scripts.Commands;

/// <summary><c>simulate</c>: scenarios, and runs under faults in virtual time.</summary>
internal static class SimulateCommand
{
    /// <summary>What help says of it.</summary>
    public const string Description = "Runs a scenario of virtual clients; without one, whole federations under faults in virtual time, and looks for what must never happen.";

    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "simulate",
            Description,
            new Example("fedactors simulate docs/scenarios/phones.json", "a scenario: a hundred thousand devices that come and go"),
            new Example("fedactors simulate scenario.json --set Clients:Count=1000 --export folder", "its data and rules, for run and up"),
            new Example("fedactors simulate", $"{CampaignArguments.UsualSchedules:N0} schedules of faults, with the rate at which they run"),
            new Example("fedactors simulate --mode gossip --schedules 1000000", "a long campaign of peers"),
            new Example("fedactors simulate --seed 387", "one schedule again, exactly, with what happened last"));
        ScenarioArguments scenario = new(command);
        CampaignArguments campaign = new(command);
        runner.Bind(command, (context, stopping) => scenario.RunAsync(context, stopping) ?? campaign.RunAsync(context, stopping));
        return command;
    }
}
