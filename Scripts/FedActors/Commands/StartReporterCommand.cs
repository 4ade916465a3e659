using System.CommandLine;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Roles;

namespace FedActors.Scripts.Commands;

/// <summary><c>start reporter</c>.</summary>
internal static class StartReporterCommand
{
    public static FedCommand Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "reporter",
            "Watches peers: prints a report at intervals and serves the same as JSON. It controls nothing; peers learn as well without it.",
            new Example("fedactors start reporter", "port 5200 for peers, http://127.0.0.1:5201/ for programs"),
            new Example("fedactors start reporter --host 0.0.0.0 --interval 30s --no-http", "for peers on other machines; use TLS"));
        ConfigFlags flags = new ConfigFlags()
            .Add(command, "--host", "address", ConfigKeys.Host)
            .Add(command, "--port", "port", ConfigKeys.ReporterPort)
            .Add(command, "--http-port", "port", ConfigKeys.ReporterHttpPort)
            .Add(command, "--interval", "duration", ConfigKeys.ReportInterval);
        var id = new Option<string>("--id") { Description = "The reporter's name.", HelpName = "name", DefaultValueFactory = _ => "reporter" };
        var noHttp = new Option<bool>("--no-http") { Description = "Serve no report." };
        command.Options.Add(id);
        command.Options.Add(noHttp);
        Option<bool> launched = StartCommand.WithLauncher(command);
        runner.Bind(command, async (context, stopping) =>
        {
            FedConfig config = context.NodeConfig(flags);
            using CancellationTokenSource until = StartCommand.Until(context, launched, stopping);
            return await ReporterRole.ExecuteAsync(context, config, context.Arguments.GetRequiredValue(id), !context.Arguments.GetValue(noHttp), until.Token).ConfigureAwait(false);
        });
        return command;
    }
}
