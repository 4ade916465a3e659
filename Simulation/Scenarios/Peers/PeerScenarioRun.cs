using FedActors.Actors;
using FedActors.Actors.Serialization;
using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Gossip;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.Simulation.Kernel;
using FedActors.Storage.Gossip;

namespace FedActors.Simulation.Scenarios;

/// <summary>Runs a scenario of gossip mode: peers as they are shipped, each on a machine of its own, on one thread and in virtual time.</summary>
/// <remarks>
/// Unlike the clients of coordinated mode (<see cref="ScenarioRun"/>), peers are the actors that real ones are: what they come to depends on
/// who hears what when. Where all keep step, they end with the parameters, to the last bit, with which real processes end on the same data and seed.
/// </remarks>
public sealed partial class PeerScenarioRun
{
    /// <summary>The run ends without a common mean after so many times what its rounds would take one by one.</summary>
    private const int Patience = 10;

    /// <summary>How long peers take at most to leave.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(10);

    private readonly PeerScenarioSetup _setup;
    private readonly EventQueue _queue = new();
    private readonly MessageRegistry _registry = GossipProtocol.Register(new MessageRegistryBuilder()).Build();
    private readonly ModelSpecification _specification;
    private readonly VirtualPeer[] _peers;
    private readonly string[] _names;
    private readonly PeerPaths _paths;
    private readonly PeerMalice? _malice;
    private long _bytesSent;
    private int _restarts;
    private long _closed;
    private bool _hasNews;
    private bool _isLeaving;
    private Exception? _failure;

    private PeerScenarioRun(PeerScenarioSetup setup)
    {
        _setup = setup;
        _specification = new ModelSpecification(setup.Options.Training.Model, setup.Clients.Features, setup.Clients.Classes);
        _names = NamesOf(setup.Clients);
        _malice = PeerMalice.Of(setup);
        int kept = setup.Options.Rounds + 1;
        _peers = [.. _names.Select((name, i) => new VirtualPeer(i, new SimulatedHost(_queue, name), setup.Clients.Load(i, new ClientBuffer()), new MemoryGossipStore($"store of {name}", kept)))];
        _paths = new PeerPaths(setup, _queue, _names);
    }

    /// <summary>Runs a scenario until all peers that are there hold one final mean.</summary>
    /// <param name="setup">What to run.</param>
    /// <param name="cancellationToken">Stops all peers.</param>
    /// <exception cref="ArgumentException">The rules ask for another number of peers than there are clients, or do not let them learn together.</exception>
    public static PeerScenarioResult Execute(PeerScenarioSetup setup, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(setup);
        if (setup.Options.Gossip.Peers != setup.Clients.Count)
        {
            throw new ArgumentException($"There are {setup.Clients.Count} clients, and the run waits for {setup.Options.Gossip.Peers} peers.", nameof(setup));
        }

        if (PeerStrategy.FindFault(setup.Options, setup.Topology, NamesOf(setup.Clients)) is { } fault)
        {
            throw new ArgumentException($"The peers cannot learn together: {fault}.", nameof(setup));
        }

        SynchronizationContext? before = SynchronizationContext.Current;
        PeerScenarioRun run = new(setup);
        try
        {
            return run.Run(cancellationToken);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
            foreach (VirtualPeer peer in run._peers)
            {
                peer.Process?.Kill();
            }
        }
    }

    private static string[] NamesOf(IVirtualClients clients) => [.. Enumerable.Range(0, clients.Count).Select(clients.NameOf)];

    private PeerScenarioResult Run(CancellationToken cancellationToken)
    {
        _queue.Hold();
        foreach (VirtualPeer peer in _peers)
        {
            Start(peer);
        }

        TimeSpan limit = Limit();
        string? reason = null;
        while (!IsOver() && reason is null)
        {
            reason = cancellationToken.IsCancellationRequested ? "stopped on request"
                : _queue.Now > limit ? $"after {limit.TotalSeconds:0} s of virtual time the peers that are there hold no one mean" : null;
            Step();
        }

        TimeSpan duration = _queue.Now;
        string? hash = reason is null ? _peers.First(peer => peer.IsAlive).Status!.ParameterHash : null;
        Leave(reason ?? "all peers agree");
        return new PeerScenarioResult([.. _peers.Select(Kept)], hash, reason, duration, _bytesSent, _restarts);
    }

    private void Step()
    {
        if (!_queue.Step())
        {
            throw new InvalidOperationException("Nothing will ever happen any more, and the run has not ended.");
        }

        if (_failure is not null)
        {
            throw new InvalidOperationException($"A peer has failed: {_failure.Message}", _failure);
        }
    }

    /// <summary>Whether all that are there, who are enough, hold one final mean.</summary>
    private bool IsOver()
    {
        if (!_hasNews)
        {
            return false;
        }

        _hasNews = false;
        PeerStatus?[] present = [.. _peers.Where(peer => peer.IsAlive).Select(peer => peer.Status)];
        return present.Length >= _setup.Options.Gossip.MinPeers && Array.TrueForAll(present, status => status is { IsAgreed: true } && status.ParameterHash == present[0]!.ParameterHash);
    }

    private TimeSpan Limit()
    {
        GossipOptions gossip = _setup.Options.Gossip;
        TimeSpan training = LongestTraining() + gossip.PublicationInterval + gossip.ExchangePeriod;
        double away = _setup.Availability.IsAlways ? 0 : _setup.Availability.Online.Median + _setup.Availability.Offline.Median;
        double apart = _setup.Splits.IsNever ? 0 : _setup.Splits.Whole.Median + _setup.Splits.Split.Median;
        double rounds = _setup.Options.Rounds + gossip.AgeLimit;
        return PeerPaths.SecondsOf(Patience * ((rounds * training.TotalSeconds) + gossip.StartTimeout.TotalSeconds + away + apart));
    }

    /// <summary>Tells all to leave, which lets each keep the mean that it has.</summary>
    private void Leave(string reason)
    {
        _isLeaving = true;
        VirtualPeer[] present = [.. _peers.Where(peer => peer.IsAlive)];
        foreach (VirtualPeer peer in present)
        {
            peer.Process!.Post(() => peer.Actor!.Tell(new StopPeer(reason)));
        }

        TimeSpan end = _queue.Now + Farewell;
        while (_queue.Now < end && present.Any(peer => peer.IsAlive && !peer.Completion!.Task.IsCompleted))
        {
            Step();
        }

        foreach (VirtualPeer peer in present.Where(peer => peer.IsAlive))
        {
            End(peer);
        }
    }

    private ScenarioPeer Kept(VirtualPeer peer)
    {
        PeerMetrics[] rounds = [.. peer.Store.ListMetrics(peer.Name).Select(round => round with { At = _setup.StartedAt + (round.At - SimulatedHost.Epoch) })];
        return new ScenarioPeer(peer.Name, rounds, KeptMean.Find(peer.Store, peer.Name));
    }
}
