using FedActors.Actors;
using FedActors.Actors.Diagnostics;
using FedActors.Actors.Remoting;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Memory;
using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Gossip;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.FL.Topologies;
using FedActors.Storage.Gossip;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace FedActors.FL.Roles;

/// <summary>All peers of gossip mode in one process, one for each site, each a node of its own on a network in memory.</summary>
public static class GossipRun
{
    /// <summary>Runs until all peers hold one final mean.</summary>
    /// <param name="setup">What to run.</param>
    /// <param name="cancellationToken">Stops all peers; what they hold stays in their stores, and the run can be taken up again.</param>
    /// <exception cref="ArgumentException">The data set does not have the sites that the rules ask for, or the topology cuts them apart.</exception>
    /// <exception cref="DataFileException">A site's data cannot be read.</exception>
    public static async Task<GossipResult> ExecuteAsync(GossipRunSetup setup, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(setup);
        Check(setup);
        using TrainingThreads threads = new(Environment.ProcessorCount);
        using TrainingThreads bodies = new(Environment.ProcessorCount);
        MemoryTransport network = new();
        Agreement agreement = new(setup.Data.Manifest.Sites.Count, setup.Observer);
        List<(ActorSystem System, ActorRef Peer, PeerCompletion Completion)> peers = [];
        try
        {
            TransportAddress? seed = null;
            foreach (SiteFile site in setup.Data.Manifest.Sites)
            {
                ActorSystem system = CreateNode(setup, network, site.Name);
                PeerCompletion completion = new();
                peers.Add((system, null!, completion));
                TransportAddress address = await system.Remote.ListenAsync(new TransportAddress("memory", 0), cancellationToken);
                PeerSetup peer = CreatePeer(setup, site.Name, address, seed, threads) with { Bodies = bodies, Observer = agreement, Completion = completion };
                peers[^1] = (system, system.Spawn(GossipRoles.Peer(peer), GossipRoles.PeerName), completion);
                seed ??= address;
            }

            Task failed = Task.WhenAny(peers.Select(peer => peer.System.WhenTerminated)).Unwrap();
            Task ended = Task.WhenAny(peers.Select(peer => peer.Completion.Task));
            TaskCompletionSource told = new(TaskCreationOptions.RunContinuationsAsynchronously);
            await using CancellationTokenRegistration stop = cancellationToken.Register(told.SetResult);
            await await Task.WhenAny(agreement.Reached, failed, ended, told.Task);
            string reason = told.Task.IsCompleted ? "stopped on request" : "all peers agree";

            // To all at once: one that does not come to handle anything keeps nobody else from hearing it.
            await Task.WhenAny(Task.WhenAll(peers.Select(peer => peer.Peer.TellAsync(new StopPeer(reason)).AsTask())), failed);
            Task<PeerResult[]> left = Task.WhenAll(peers.Select(peer => peer.Completion.Task));
            if (await Task.WhenAny(left, failed) == failed)
            {
                // A peer failed too often while it left, by its store for instance; its node ended with its failure.
                await failed;
            }

            PeerResult[] results = await left;
            bool isAgreed = agreement.Reached.IsCompleted && results.All(result => result.Status.ParameterHash == results[0].Status.ParameterHash);
            return new GossipResult(results, isAgreed ? results[0].Status.ParameterHash : null);
        }
        finally
        {
            await Task.WhenAll(peers.Select(peer => peer.System.StopAsync()));
        }
    }

    private static ActorSystem CreateNode(GossipRunSetup setup, MemoryTransport network, string site) => new(new ActorSystemOptions
    {
        Node = site,
        Time = setup.Time,
        Seed = setup.Options.Seed,
        LoggerFactory = setup.LoggerFactory,
        Remoting = new RemotingOptions { Transport = network, Registry = GossipProtocol.Register(new MessageRegistryBuilder()).Build() },
    }.Observed());

    private static PeerSetup CreatePeer(GossipRunSetup setup, string site, TransportAddress address, TransportAddress? seed, TaskScheduler threads)
    {
        DataManifest manifest = setup.Data.Manifest;
        DataSet data = setup.Data.LoadSite(site);
        return new PeerSetup
        {
            PeerId = site,
            Site = site,
            Specification = manifest.Specify(setup.Options.Training.Model),
            Data = data,
            Moments = FeatureMoments.Of(data),
            Options = setup.Options,
            Store = setup.OpenStore(site),
            Address = address,
            Seeds = seed is null ? [] : [seed],
            Topology = setup.Topology,
            Training = threads,
            Evaluation = manifest.Evaluation is null ? null : setup.Data.LoadEvaluation(),
        };
    }

    private static void Check(GossipRunSetup setup)
    {
        int sites = setup.Data.Manifest.Sites.Count;
        if (sites != setup.Options.Gossip.Peers)
        {
            throw new ArgumentException(
                $"The data set {setup.Data.Manifest.Name} has {sites} sites, and the run waits for {setup.Options.Gossip.Peers} peers. In one process each site is a peer: set Gossip:Peers to {sites}.",
                nameof(setup));
        }

        if (PeerStrategy.FindFault(setup.Options, setup.Topology, [.. setup.Data.Manifest.Sites.Select(site => site.Name)]) is { } fault)
        {
            throw new ArgumentException($"The peers cannot learn together: {fault}.", nameof(setup));
        }
    }

    /// <summary>Notices that all peers agree, and passes on what they tell.</summary>
    private sealed class Agreement(int peers, IPeerObserver? observer) : IPeerObserver
    {
        private readonly Lock _sync = new();
        private readonly Dictionary<string, string?> _hashes = [];
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => _reached.Task;

        public void OnRound(PeerRound round) => observer?.OnRound(round);

        public void OnMember(string peer, MemberChange change) => observer?.OnMember(peer, change);

        public void OnTrouble(string peer, string text) => observer?.OnTrouble(peer, text);

        public void OnStatus(PeerStatus status)
        {
            observer?.OnStatus(status);
            lock (_sync)
            {
                _hashes[status.Peer] = status.IsSettled ? status.ParameterHash : null;
                if (_hashes.Count == peers && _hashes.Values.All(hash => hash is not null) && _hashes.Values.Distinct().Count() == 1)
                {
                    _reached.TrySetResult();
                }
            }
        }
    }
}

/// <summary>What a run in one process needs.</summary>
public sealed record GossipRunSetup
{
    /// <summary>The rules, validated.</summary>
    public required PeerOptions Options { get; init; }

    /// <summary>The data set; each of its sites becomes a peer.</summary>
    public required IFederatedData Data { get; init; }

    /// <summary>Opens a peer's store; whoever gives it closes it. Several peers may be given one.</summary>
    public required Func<string, IGossipStore> OpenStore { get; init; }

    /// <summary>Who gossips with whom.</summary>
    public ITopology Topology { get; init; } = FL.Topologies.Topology.Complete;

    /// <summary>Follows all peers, or null. Called by them side by side.</summary>
    public IPeerObserver? Observer { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where logs go.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;
}

/// <summary>How a run in one process ended.</summary>
/// <param name="Peers">Each peer's end, in the order of sites.</param>
/// <param name="ParameterHash">The hash of the mean that all hold; null if they were stopped before they agreed.</param>
public sealed record GossipResult(IReadOnlyList<PeerResult> Peers, string? ParameterHash);
