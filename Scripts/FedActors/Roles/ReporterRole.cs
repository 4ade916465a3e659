using System.Text.Json.Nodes;
using FedActors.Actors;
using FedActors.FL.Gossip;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Monitoring;
using FedActors.Scripts.Runs;
using Microsoft.Extensions.Logging;

namespace FedActors.Scripts.Roles;

/// <summary>A reporter as a process of its own: listens to peers, prints a report at intervals, and serves the same as JSON. It controls nothing, and its absence changes nothing.</summary>
internal static class ReporterRole
{
    /// <summary>Watches until it is told to end.</summary>
    /// <param name="context">The command.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="id">Its name.</param>
    /// <param name="withHttp">Whether it serves its report.</param>
    /// <param name="stopping">Ends it in order.</param>
    public static async Task<CommandResult> ExecuteAsync(CommandContext context, FedConfig config, string id, bool withHttp, CancellationToken stopping)
    {
        using ILoggerFactory log = context.Log(LogLevel.Warning);
        var observer = new Observer(context.Output);
        await using MetricsEndpoint? metrics = await MetricsEndpoint.StartAsync(config, id, context, stopping).ConfigureAwait(false);
        await using ActorSystem system = RoleNode.Create(id, config, context, log, GossipProtocol.Register);
        Strangers.Warn(config.Transport, context);
        ActorRef reporter = system.Spawn(
            GossipRoles.Reporter(new ReporterSetup { ReporterId = id, ReportInterval = config.Gossip.ReportInterval, Observer = observer }), GossipRoles.ReporterName);
        await using LoopbackPage? http = withHttp ? await ReportEndpoint.StartAsync(config.Gossip.Ports.ReporterHttp, reporter, stopping).ConfigureAwait(false) : null;
        if (http is not null)
        {
            context.Output.Event("serving", () => new JsonObject { ["node"] = id, ["url"] = http.Url });
            context.Output.Progress?.WriteLine($"{id} serves its report at {http.Url}");
        }

        await RoleNode.ListenAsync(system, config.Transport.Host, config.Gossip.Ports.Reporter, context, stopping).ConfigureAwait(false);
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration registration = stopping.Register(told.SetResult);
        await Task.WhenAny(told.Task, system.WhenTerminated).ConfigureAwait(false);
        if (system.WhenTerminated.IsFaulted)
        {
            // It failed more often than its supervisor may restart it.
            await system.WhenTerminated.ConfigureAwait(false);
        }

        return new CommandResult
        {
            Data = observer.Last is { } last ? GossipJson.Report(last) : null,
            Text = output => output.WriteLine($"{id}: stopped"),
            ExitCode = context.DeadlinePassed ? ExitCode.Timeout : ExitCode.Ok,
            ErrorCode = context.DeadlinePassed ? "timeout" : null,
            Message = context.DeadlinePassed ? $"{id} was stopped by --timeout. The peers go on without it." : null,
        };
    }

    private sealed class Observer(CommandOutput output) : IReporterObserver
    {
        private volatile NetworkReport? _last;

        public NetworkReport? Last => _last;

        public void OnReport(NetworkReport report)
        {
            _last = report;
            output.Event("report", () => GossipJson.Report(report));
            if (output.Progress is { } people)
            {
                GossipText.WriteReport(people, report);
                people.Flush();
            }
        }
    }
}
