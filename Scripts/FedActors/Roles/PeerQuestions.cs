using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Transport;
using FedActors.FL.Gossip;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Processes;
using Microsoft.Extensions.Logging;

namespace FedActors.Scripts.Roles;

/// <summary>Asks running peers what they are at, and tells them who is gone.</summary>
internal static class PeerQuestions
{
    /// <summary>A peer answers beside its training; one that needs longer is stuck or gone.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(5);

    /// <summary>Peers that are asked for one picture; more would not be read.</summary>
    private const int MaxPeers = 1_000;

    /// <summary>Where peers may be: the one that was named, or those that run here by <c>up</c>'s word and the configured seeds, or else this machine's usual port.</summary>
    public static IReadOnlyList<TransportAddress> Addresses(FedConfig config, string? named)
    {
        int port = config.Gossip.Ports.Peer;
        if (named is not null)
        {
            return AddressText.TryParse(named, port, out TransportAddress? address)
                ? [address]
                : throw CommandFailure.Usage($"--peer is \"{named}\": it must be a host name or an address, with a port if that is not {port}.");
        }

        IEnumerable<string> here = new ProcessLedger(config.Storage.Path).Read()?.Children.Where(c => c.Role == "peer" && c.Address is not null && c.Process.IsAlive()).Select(c => c.Address!) ?? [];
        TransportAddress[] known = [.. here.Select(TransportAddress.Parse).Concat(config.Gossip.Seeds).Distinct()];
        return known.Length > 0 || port == 0 ? known : [new TransportAddress("127.0.0.1", port)];
    }

    /// <summary>Asks one peer.</summary>
    public static async Task<PeerAnswer> AskAsync(CommandContext context, FedConfig config, TransportAddress address, CancellationToken stopping)
    {
        using ILoggerFactory log = context.Log(LogLevel.Error);
        await using ActorSystem system = Create(context, config, log);
        return await AskAsync(system, address, stopping).ConfigureAwait(false);
    }

    /// <summary>Asks peers, and all whom they know, each once.</summary>
    public static async Task<IReadOnlyList<PeerAnswer>> AskAllAsync(CommandContext context, FedConfig config, IReadOnlyList<TransportAddress> first, CancellationToken stopping)
    {
        using ILoggerFactory log = context.Log(LogLevel.Error);
        await using ActorSystem system = Create(context, config, log);
        var asked = new HashSet<TransportAddress>();
        var answers = new List<PeerAnswer>();
        IReadOnlyList<TransportAddress> next = first;
        while (next.Count > 0 && asked.Count < MaxPeers)
        {
            TransportAddress[] now = [.. next.Where(asked.Add)];
            PeerAnswer[] got = await Task.WhenAll(now.Select(address => AskAsync(system, address, stopping))).ConfigureAwait(false);
            answers.AddRange(got);
            next = [.. got.Select(a => a.Status).OfType<PeerStatus>().SelectMany(s => s.Peers).Where(p => p.State is MemberState.Alive or MemberState.Suspect && p.Address is not null).Select(p => TransportAddress.Parse(p.Address!)).Where(a => !asked.Contains(a)).Distinct()];
        }

        return answers;
    }

    /// <summary>Tells the first peer that answers that another is gone for good.</summary>
    public static async Task<RemovalAnswer> RemoveAsync(CommandContext context, FedConfig config, IReadOnlyList<TransportAddress> addresses, string peer, CancellationToken stopping)
    {
        using ILoggerFactory log = context.Log(LogLevel.Error);
        await using ActorSystem system = Create(context, config, log);
        string fault = "none is known";
        foreach (TransportAddress address in addresses)
        {
            (RemovePeerReply? reply, string? why) = await AskAsync<RemovePeerReply>(system, address, new RemovePeer(peer), stopping).ConfigureAwait(false);
            if (reply is not null)
            {
                return new RemovalAnswer(address, reply, string.Empty);
            }

            fault = why!;
        }

        return new RemovalAnswer(null, null, fault);
    }

    private static ActorSystem Create(CommandContext context, FedConfig config, ILoggerFactory log) =>
        RoleNode.CreateOperator(config, context, log, GossipProtocol.Register);

    private static async Task<PeerAnswer> AskAsync(ActorSystem system, TransportAddress address, CancellationToken stopping)
    {
        (GossipState? state, string? fault) = await AskAsync<GossipState>(system, address, new PeerStatusRequest(), stopping).ConfigureAwait(false);
        return new PeerAnswer(address, state?.Status, fault);
    }

    private static async Task<(TReply? Reply, string? Fault)> AskAsync<TReply>(ActorSystem system, TransportAddress address, object question, CancellationToken stopping)
        where TReply : class
    {
        RemoteNode node = system.Remote.Connect(address);
        using var limit = new CancellationTokenSource(AnswerLimit, system.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        try
        {
            if (await RoleNode.ConnectedOrRefusedAsync(system, node, either.Token).ConfigureAwait(false) is { } fault)
            {
                return (null, fault);
            }

            return (await node.ActorOf(GossipRoles.PeerName).AskAsync<TReply>(question, AnswerLimit, either.Token).ConfigureAwait(false), null);
        }
        catch (Exception exception) when (exception is AskFailedException or TimeoutException || (exception is OperationCanceledException && !stopping.IsCancellationRequested))
        {
            return (null, node.LastFault ?? $"no answer within {AnswerLimit.TotalSeconds:0} s");
        }
    }
}

/// <summary>What came of a removal.</summary>
/// <param name="Address">Who was told; null if nobody answered.</param>
/// <param name="Reply">What it said; null if nobody answered.</param>
/// <param name="Fault">Why nobody answered, if so.</param>
internal sealed record RemovalAnswer(TransportAddress? Address, RemovePeerReply? Reply, string Fault);

/// <summary>What a peer answered.</summary>
/// <param name="Address">Where it was asked.</param>
/// <param name="Status">What it is at; null if it did not answer.</param>
/// <param name="Fault">Why it did not, if so.</param>
internal sealed record PeerAnswer(TransportAddress Address, PeerStatus? Status, string? Fault);
