using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Transport;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Processes;
using Microsoft.Extensions.Logging;

namespace FedActors.Scripts.Roles;

/// <summary>Asks running nodes for their actors, over the connections that everybody else uses.</summary>
internal sealed class ActorQuestions : IAsyncDisposable
{
    /// <summary>A provider waits two seconds for its members.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(5);

    private readonly ILoggerFactory _log;
    private readonly ActorSystem _system;
    private readonly IReadOnlyList<(TransportAddress Address, bool WithConnected)> _nodes;

    /// <param name="context">The command.</param>
    /// <param name="config">Where nodes are, and the certificate to show.</param>
    /// <param name="named">The one node to ask, or null for those that <c>up</c> started here, or else the configured provider.</param>
    public ActorQuestions(CommandContext context, FedConfig config, string? named)
    {
        _nodes = Addresses(config, named);
        _log = context.Log(LogLevel.Error);
        _system = RoleNode.CreateOperator(config, context, _log);
    }

    /// <summary>Asks all of them at once.</summary>
    /// <returns>Each node once.</returns>
    public async Task<IReadOnlyList<NodeActors>> AskAsync(CancellationToken stopping)
    {
        IReadOnlyList<NodeActors>[] answers = await Task.WhenAll(_nodes.Select(node => AskAsync(node.Address, node.WithConnected, stopping))).ConfigureAwait(false);
        return [.. answers.SelectMany(nodes => nodes).OrderBy(node => node.Fault is not null).DistinctBy(node => node.Node).OrderBy(node => node.Node, StringComparer.Ordinal)];
    }

    public async ValueTask DisposeAsync()
    {
        await _system.DisposeAsync().ConfigureAwait(false);
        _log.Dispose();
    }

    /// <summary>Peers are asked one by one; whoever else listens is asked for those that are connected with it.</summary>
    private static IReadOnlyList<(TransportAddress Address, bool WithConnected)> Addresses(FedConfig config, string? named)
    {
        TransportAddress provider = config.Transport.ProviderAddress;
        if (named is not null)
        {
            return AddressText.TryParse(named, provider.Port, out TransportAddress? address)
                ? [(address, true)]
                : throw CommandFailure.Usage($"--node is \"{named}\": it must be a host name or an address, with a port if that is not {provider.Port}.");
        }

        (TransportAddress, bool)[] here =
            [.. new ProcessLedger(config.Storage.Path).Read()?.Children.Where(c => c.Address is not null && c.Process.IsAlive()).Select(c => (TransportAddress.Parse(c.Address!), c.Role != "peer")) ?? []];
        return here.Length > 0 ? here : [(provider, true)];
    }

    private async Task<IReadOnlyList<NodeActors>> AskAsync(TransportAddress address, bool withConnected, CancellationToken stopping)
    {
        RemoteNode node = _system.Remote.Connect(address);
        using var limit = new CancellationTokenSource(AnswerLimit, _system.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        try
        {
            if (await RoleNode.ConnectedOrRefusedAsync(_system, node, either.Token).ConfigureAwait(false) is { } fault)
            {
                return [new NodeActors($"{address}", fault, 0, [])];
            }

            ActorTreeReply reply = await node.ActorOf(ObservingRoles.ActorsName).AskAsync<ActorTreeReply>(new ActorTreeRequest(withConnected), AnswerLimit, either.Token).ConfigureAwait(false);
            return [.. reply.Nodes.Where(its => its.Node != _system.Node)];
        }
        catch (Exception exception) when (exception is AskFailedException or TimeoutException || (exception is OperationCanceledException && !stopping.IsCancellationRequested))
        {
            return [new NodeActors($"{address}", node.LastFault ?? $"no answer within {AnswerLimit.TotalSeconds:0} s", 0, [])];
        }
    }
}
