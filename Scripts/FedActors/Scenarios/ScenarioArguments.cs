using System.CommandLine;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;

namespace FedActors.Scripts.Scenarios;

/// <summary>What a person says of a scenario: its file, and whether to run it or to write it for real roles.</summary>
internal sealed class ScenarioArguments
{
    private readonly ConfigFlags _flags = new();
    private readonly Argument<string?> _file;
    private readonly Option<string?> _export;

    /// <summary>Adds argument and option to a command.</summary>
    public ScenarioArguments(FedCommand command)
    {
        _file = command.Takes<string?>("scenario.json", "A scenario: clients, their data and devices, network, faults, and the rules of the run.", ArgumentArity.ZeroOrOne);
        _export = new Option<string?>("--export") { Description = "Writes the scenario's data and rules into a folder for run and up, instead of simulating it.", HelpName = "folder" };
        command.Options.Add(_export);
    }

    /// <summary>Runs the scenario, or null where none is named.</summary>
    public Task<CommandResult>? RunAsync(CommandContext context, CancellationToken stopping)
    {
        string? folder = context.Arguments.GetValue(_export);
        if (context.Arguments.GetValue(_file) is not { } file)
        {
            return folder is null ? null : throw CommandFailure.Usage("--export needs a scenario: fedactors simulate scenario.json --export folder");
        }

        ScenarioPlan plan = ScenarioLoader.Load(context.Sources(_flags) with { File = file });
        return folder is null ? new ScenarioCampaign(context, plan).RunAsync(stopping) : Task.FromResult(ScenarioExport.Write(plan, folder, context.Yes));
    }
}
