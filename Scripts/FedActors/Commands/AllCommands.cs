using System.CommandLine;
using FedActors.Scripts.Cli;

namespace FedActors.Scripts.Commands;

/// <summary>The commands in the order in which help lists them.</summary>
internal static class AllCommands
{
    public static IEnumerable<Command> Create(CommandRunner runner, RootCommand root) =>
    [
        RunCommand.Create(runner),
        UpCommand.Create(runner),
        PsCommand.Create(runner),
        DownCommand.Create(runner),
        StartCommand.Create(runner),
        RunsCommand.Create(runner),
        ModelCommand.Create(runner),
        DataCommand.Create(runner),
        CertCommand.Create(runner),
        ConfigCommand.Create(runner),
        DoctorCommand.Create(runner),
        CompletionCommand.Create(runner),
    ];
}
