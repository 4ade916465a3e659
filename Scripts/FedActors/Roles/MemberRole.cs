using System.Text.Json.Nodes;
using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Transport;
using FedActors.FL.Roles;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Monitoring;
using FedActors.Scripts.Runs;
using Microsoft.Extensions.Logging;

namespace FedActors.Scripts.Roles;

/// <summary>A worker, a combiner, an aggregator or an evaluator as a process of its own. It opens a connection to the provider, which both sides use; it needs no port.</summary>
internal static class MemberRole
{
    /// <summary>Takes part until the run ends.</summary>
    /// <param name="context">The command.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="post">Which member it is.</param>
    /// <param name="listenPort">A port to listen on as well, or null.</param>
    /// <param name="member">Makes the actor.</param>
    /// <param name="stopping">Ends the process in order.</param>
    public static async Task<CommandResult> ExecuteAsync(
        CommandContext context, FedConfig config, MemberPost post, int? listenPort, Func<MemberPlace, Props> member, CancellationToken stopping)
    {
        string node = post.Node;
        using ILoggerFactory log = context.Log(LogLevel.Information);
        await using MetricsEndpoint? metrics = await MetricsEndpoint.StartAsync(config, node, context, stopping).ConfigureAwait(false);
        await using ActorSystem system = RoleNode.Create(node, config, context, log);
        if (listenPort is { } port)
        {
            await RoleNode.ListenAsync(system, config.Transport.Host, port, context, stopping).ConfigureAwait(false);
        }

        TransportAddress[] ways = [.. post.ThroughCombiners ? config.Transport.Combiners : [], config.Transport.ProviderAddress];
        RemoteNode provider = system.Remote.Connect(ways[0]);
        string above = ways.Length > 1 ? "combiner" : "provider";
        var completion = new MemberCompletion();
        Func<ActorRef>[] others = [.. ways[1..].Select(way => (Func<ActorRef>)(() => system.Remote.Connect(way).ActorOf(CoordinatedRoles.ProviderName)))];
        PackageWay packages = new(provider.ActorOf(CoordinatedRoles.PackagesName), admitted => system.Remote.ActorOf(admitted.Path.Node, CoordinatedRoles.PackagesName));
        if (post.RelaysPackages)
        {
            system.Spawn(CoordinatedRoles.PackageRelay(() => packages.Now), CoordinatedRoles.PackagesName);
        }

        system.Spawn(member(new MemberPlace(provider.ActorOf(CoordinatedRoles.ProviderName), others, packages, completion)), post.Actor);
        context.Output.Progress?.WriteLine($"{node} dials the {above} at {ways[0]}");
        var told = new TaskCompletionSource();
        using CancellationTokenRegistration registration = stopping.Register(told.SetResult);
        await Task.WhenAny(completion.Task, system.WhenTerminated, told.Task).ConfigureAwait(false);
        if (completion.Task.IsCompletedSuccessfully)
        {
            return Result(node, await completion.Task.ConfigureAwait(false));
        }

        if (system.WhenTerminated.IsFaulted)
        {
            // It failed more often than its supervisor may restart it.
            await system.WhenTerminated.ConfigureAwait(false);
        }

        return Left(context, node, above, provider);
    }

    private static CommandResult Result(string node, MemberResult result)
    {
        if (result.Refusal is { } refusal)
        {
            return new CommandResult
            {
                Data = new JsonObject { ["node"] = node },
                ExitCode = ExitCode.Connection,
                ErrorCode = "refused",
                Message = $"The provider refused {node}: {refusal.Text}",
            };
        }

        string run = result.Ended is { } ended ? $"run {ended.RunId} has ended: {RunState.Of(ended.Outcome)}, {Counted.Of(ended.CommittedRounds, "round")}" : "nothing is left to do";
        return new CommandResult
        {
            Data = new JsonObject { ["node"] = node, ["run_id"] = result.Ended?.RunId, ["outcome"] = result.Ended is { } last ? RunState.Of(last.Outcome) : null, ["parameter_hash"] = result.Ended?.ParameterHash },
            Text = output => output.WriteLine($"{node}: {run}"),
        };
    }

    private static CommandResult Left(CommandContext context, string node, string above, RemoteNode provider)
    {
        if (context.DeadlinePassed)
        {
            string cause = provider.LastFault is { } fault ? $" The {above} at {provider.Address} is not connected: {fault.TrimEnd('.')}." : string.Empty;
            throw new CommandFailure(ExitCode.Timeout, "timeout", $"{node} was not done within --timeout.{cause}");
        }

        return new CommandResult { Data = new JsonObject { ["node"] = node }, Text = output => output.WriteLine($"{node}: stopped before the run ended") };
    }
}
