using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Transport;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Roles;
using Microsoft.Extensions.Logging;

namespace FedActors.Scripts.Doctor;

/// <summary>Whether those whom a process would dial are there, and are what it looks for: another program may have their port.</summary>
internal static class NodeChecks
{
    /// <summary>A node that says nothing for this long is not there, for a person who waits.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(3);

    /// <summary>The provider, and the combiners before it. That nobody answers is a fault only where somebody said where they are.</summary>
    public static async Task<IReadOnlyList<CheckResult>> ProvidersAsync(FedConfig config, bool isExpected, CommandContext context, CancellationToken stopping)
    {
        Task<CheckResult> provider = FindAsync("provider", config.Transport.ProviderAddress, CoordinatedRoles.ProviderName, isExpected ? CheckState.Fail : CheckState.Warn, config, context, stopping);
        IEnumerable<Task<CheckResult>> combiners = config.Transport.Combiners.Select(combiner =>
            FindAsync("combiner", combiner, CoordinatedRoles.ProviderName, CheckState.Warn, config, context, stopping));
        return await Task.WhenAll([.. combiners, provider]).ConfigureAwait(false);
    }

    /// <summary>The peers to dial first; one that lives is enough.</summary>
    public static async Task<IReadOnlyList<CheckResult>> SeedsAsync(FedConfig config, CommandContext context, CancellationToken stopping)
    {
        if (config.Gossip.Seeds.Count == 0)
        {
            return [CheckResult.Ok("seeds", "none are configured: the first peer needs none")];
        }

        CheckResult[] answers = await Task.WhenAll(config.Gossip.Seeds.Select(seed =>
            FindAsync("seeds", seed, GossipRoles.PeerName, CheckState.Warn, config, context, stopping))).ConfigureAwait(false);
        return answers.Any(answer => answer.State == CheckState.Ok) ? answers : [.. answers.Select(answer => answer with { State = CheckState.Fail })];
    }

    private static async Task<CheckResult> FindAsync(
        string check, TransportAddress address, string actor, CheckState missing, FedConfig config, CommandContext context, CancellationToken stopping)
    {
        using ILoggerFactory log = context.Log(LogLevel.Critical);
        using var limit = new CancellationTokenSource(AnswerLimit, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        RemoteNode? node = null;
        try
        {
            await using ActorSystem system = RoleNode.CreateOperator(config, context, log);
            node = system.Remote.Connect(address);
            if (await RoleNode.ConnectedOrRefusedAsync(system, node, either.Token).ConfigureAwait(false) is { } fault)
            {
                return new CheckResult(check, missing, fault.Contains($"{address}", StringComparison.Ordinal) ? fault : $"{address}: {fault}");
            }

            ActorTreeReply reply = await node.ActorOf(ObservingRoles.ActorsName).AskAsync<ActorTreeReply>(new ActorTreeRequest(WithConnected: false), AnswerLimit, either.Token).ConfigureAwait(false);
            return Judge(check, address, actor, missing, reply.Nodes[0]);
        }
        catch (AskFailedException exception)
        {
            return new CheckResult(check, missing, $"{address} is the node {node!.Node}, which does not say what it runs: {exception.Message}");
        }
        catch (Exception exception) when (exception is TimeoutException || (exception is OperationCanceledException && limit.IsCancellationRequested && !stopping.IsCancellationRequested))
        {
            return new CheckResult(check, missing, $"{address} did not answer within {AnswerLimit.TotalSeconds:0} s. Is a firewall between, or another program at that port?");
        }
        catch (CommandFailure failure)
        {
            return new CheckResult(check, missing, failure.Message);
        }
    }

    private static CheckResult Judge(string check, TransportAddress address, string actor, CheckState missing, NodeActors node)
    {
        if (node.Fault is not null)
        {
            // It keeps its actors from whoever may not see them, and has said its name.
            return CheckResult.Ok(check, $"{address} answers: the node {node.Node}, which does not show what it runs ({node.Fault})");
        }

        return node.Actors.Any(line => line.Name == actor)
            ? CheckResult.Ok(check, $"{address} answers: the node {node.Node}")
            : new CheckResult(check, missing, $"{address} is the node {node.Node}, and no {actor}. It runs {string.Join(", ", node.Actors.Select(line => line.Name).Where(name => !name.Contains('/', StringComparison.Ordinal)))}: correct the address.");
    }
}
