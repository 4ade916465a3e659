using System.Net;
using FedActors.Actors;
using FedActors.Actors.Transport;
using FedActors.FL.Data;
using FedActors.FL.Gossip;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Monitoring;
using FedActors.Scripts.Runs;
using FedActors.Scripts.Security;
using FedActors.Storage.Gossip;
using Microsoft.Extensions.Logging;

namespace FedActors.Scripts.Roles;

/// <summary>What a peer's process was asked for.</summary>
/// <param name="Peer">The peer's name, the same over restarts.</param>
/// <param name="Site">The site whose data it holds.</param>
/// <param name="Advertised">Where others reach it, if that is not where it listens.</param>
/// <param name="UntilAgreed">Whether it ends when all who are there agree.</param>
/// <param name="Fresh">Whether it begins anew.</param>
internal sealed record PeerRequest(string Peer, string Site, TransportAddress? Advertised, bool UntilAgreed, bool Fresh);

/// <summary>A peer as a process of its own. It ends when it is told to; until then it gossips, also when its training is over.</summary>
internal static class PeerRole
{
    /// <summary>One reads what comes while the other stores what has come.</summary>
    private const int BodyThreads = 2;

    public static async Task<CommandResult> ExecuteAsync(CommandContext context, FedConfig config, PeerRequest request, CancellationToken stopping)
    {
        LocalGossip.CheckStrategy(config, config.Gossip.Options.Peers);
        LocalGossip.CheckEdges(config, [request.Peer]);
        using ILoggerFactory log = context.Log(LogLevel.Information);
        IFederatedData source = config.OpenData();
        LocalGossip.CheckMemory(config, source.Manifest, config.Gossip.Options.Peers);
        DataSet data = source.LoadSite(request.Site);
        using SqliteGossipStore store = GossipStores.OpenForWriting(config.Storage.GossipStore(request.Peer));
        if (request.Fresh)
        {
            store.Forget(request.Peer);
        }

        using var threads = new TrainingThreads(Environment.ProcessorCount);
        using var bodies = new TrainingThreads(BodyThreads);
        await using RoundScreen screen = new PlainRoundScreen(context.Output.Progress, TextWriter.Null, GossipText.OwnColumns);
        var observer = new PeerDisplayObserver(new OnePeerDisplay(screen, LocalGossip.Options(config).Rounds), context.Output);
        await using MetricsEndpoint? metrics = await MetricsEndpoint.StartAsync(config, request.Peer, context, stopping).ConfigureAwait(false);
        await using ActorSystem system = RoleNode.Create(request.Peer, config, context, log, GossipProtocol.Register);
        OwnerProofs? proofs = CreateProofs(config, context, request.Peer);
        Strangers.Warn(config.Transport, context);
        TransportAddress address = await RoleNode.ListenAsync(system, config.Transport.Host, config.Gossip.Ports.Peer, context, stopping).ConfigureAwait(false);
        var completion = new PeerCompletion();
        ActorRef peer = system.Spawn(
            GossipRoles.Peer(new PeerSetup
            {
                PeerId = request.Peer,
                Site = request.Site,
                Specification = ModelChoice.Specify(source.Manifest, config.Federation.Training.Model),
                Data = data,
                Moments = FeatureMoments.Of(data),
                Options = LocalGossip.Options(config),
                Store = store,
                Address = request.Advertised is { } told ? told with { Port = told.Port == 0 ? address.Port : told.Port } : Dialled(address),
                Seeds = config.Gossip.Seeds,
                Reporters = config.Gossip.Reporters,
                Topology = config.Gossip.Topology,
                Proofs = proofs,
                Training = threads,
                Bodies = bodies,
                Evaluation = source.Manifest.Evaluation is null ? null : source.LoadEvaluation(),
                StaysAfterAgreement = !request.UntilAgreed,
                Observer = observer,
                Completion = completion,
            }),
            GossipRoles.PeerName);
        return await EndAsync(context, config, system, peer, completion, stopping).ConfigureAwait(false);
    }

    /// <summary>Under mutual TLS a peer proves what it writes; others would believe nothing of one whose certificate bears another name.</summary>
    private static OwnerProofs? CreateProofs(FedConfig config, CommandContext context, string peer)
    {
        if (TlsSetup.CreateSigner(config.Transport.Tls, context.Time) is not { } signer)
        {
            return null;
        }

        var proofs = new OwnerProofs(signer);
        return proofs.FindFault(peer) is { } fault
            ? throw new CommandFailure(
                ExitCode.InvalidState,
                "invalid_certificate",
                $"Under mutual TLS peers prove who they are, and {fault}. Issue one with fedactors cert issue {peer}; for several peers of one machine, name each with --host, as in fedactors cert issue node --host A --host B.")
            : proofs;
    }

    private static async Task<CommandResult> EndAsync(
        CommandContext context, FedConfig config, ActorSystem system, ActorRef peer, PeerCompletion completion, CancellationToken stopping)
    {
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration registration = stopping.Register(told.SetResult);
        await Task.WhenAny(completion.Task, system.WhenTerminated, told.Task).ConfigureAwait(false);
        if (!completion.Task.IsCompleted && !system.WhenTerminated.IsCompleted)
        {
            await peer.TellAsync(new StopPeer("told to stop")).ConfigureAwait(false);
            await Task.WhenAny(completion.Task, system.WhenTerminated).ConfigureAwait(false);
        }

        if (!completion.Task.IsCompleted)
        {
            // It failed more often than its supervisor may restart it.
            await system.WhenTerminated.ConfigureAwait(false);
        }

        PeerResult result = await completion.Task.ConfigureAwait(false);
        return Result(context, result, config.Storage.GossipStore(result.Status.Peer));
    }

    private static CommandResult Result(CommandContext context, PeerResult result, string store)
    {
        System.Text.Json.Nodes.JsonObject data = GossipJson.Status(result.Status);
        data["outcome"] = result.Outcome.ToString().ToLowerInvariant();
        data["store"] = store;
        var shown = new CommandResult { Data = data, Text = output => output.WriteLine($"{result.Status.Peer}: {data["outcome"]} after round {result.Status.Round} of {result.Status.MaxRounds}  mean {GossipText.Short(result.Status.ParameterHash)}  {store}") };
        return result.Outcome switch
        {
            PeerOutcome.Refused => shown with { ExitCode = ExitCode.Connection, ErrorCode = "refused", Message = $"Every peer that {result.Status.Peer} called refused it: {result.Reason}" },
            PeerOutcome.Superseded => shown with
            {
                ExitCode = ExitCode.InvalidState,
                ErrorCode = "superseded",
                Message = $"Another process bears the name {result.Status.Peer} and began later, so this one has ended. {result.Reason} Give one of the two another name with --id.",
            },
            PeerOutcome.Stopped when context.DeadlinePassed => shown with
            {
                ExitCode = ExitCode.Timeout,
                ErrorCode = "timeout",
                Message = $"{result.Status.Peer} was stopped by --timeout after round {result.Status.Round}. Started again, it goes on.",
            },
            _ => shown,
        };
    }

    /// <summary>Who listens on every interface is dialled by the machine's name.</summary>
    private static TransportAddress Dialled(TransportAddress address) =>
        IPAddress.TryParse(address.Host, out IPAddress? ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any))
            ? address with { Host = Dns.GetHostName() }
            : address;
}
