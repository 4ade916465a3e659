using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Gossip;
using FedActors.FL.Models;
using FedActors.FL.Roles;
using FedActors.FL.Strategies;
using FedActors.FL.Topologies;
using FedActors.Storage.Gossip;

namespace FedActors.Scripts.Measuring.Decentralised;

/// <summary>Lets peers learn in every topology, each averaging with its neighbours alone, and then only average until they are one.</summary>
/// <param name="Data">A site for each peer.</param>
/// <param name="Rounds">Rounds of training.</param>
/// <param name="Mixing">The mixing parameter of <c>gossipavg</c>.</param>
internal sealed record TopologyCampaign(IFederatedData Data, int Rounds, double Mixing)
{
    /// <summary>Peers are one when what they differ by is at most this share of what it was after the last training.</summary>
    public const double Share = 1e-3;

    private const int Degree = 4;
    private const ulong Seed = 42;

    private string[] Peers => [.. Data.Manifest.Sites.Select(site => site.Name)];

    /// <summary>Runs all, one after the other: each uses all cores.</summary>
    public async Task<TopologyTable> RunAsync(CancellationToken cancellationToken)
    {
        List<TopologyRow> rows = [];
        foreach (string kind in Topology.Kinds.Where(kind => kind != "custom"))
        {
            rows.Add(await RunAsync(Topology.Create(kind, Degree, Seed), cancellationToken).ConfigureAwait(false));
        }

        return new TopologyTable(rows, Peers.Length, Rounds, Mixing);
    }

    private async Task<TopologyRow> RunAsync(ITopology topology, CancellationToken cancellationToken)
    {
        string[] peers = [.. Peers.Order(StringComparer.Ordinal)];
        MixingMatrix matrix = new(topology, peers, Mixing);
        int bound = matrix.StepsTo(Share) ?? throw new InvalidOperationException($"Peers of {topology.Name} never agree.");
        var means = new Means();
        using MemoryGossipStore store = new(new string('0', 32));
        GossipResult result = await GossipRun.ExecuteAsync(
            new GossipRunSetup
            {
                Options = new PeerOptions
                {
                    Seed = Seed,
                    Training = new TrainingOptions { Rounds = Rounds },
                    Strategy = new StrategyOptions { Name = StrategyNames.GossipAvg, Mixing = Mixing },
                    Gossip = new GossipOptions { Peers = peers.Length, PublicationInterval = TimeSpan.FromMinutes(1), MixingRounds = bound + 1, ConvergenceEps = 0 },
                },
                Data = Data,
                OpenStore = _ => store,
                Topology = topology,
                Observer = means,
            },
            cancellationToken).ConfigureAwait(false);
        double apart = means.Deviation(Rounds);
        int? took = Enumerable.Range(1, bound + 1).Where(round => means.Deviation(Rounds + round) <= Share * apart).Cast<int?>().FirstOrDefault();
        return new TopologyRow(
            topology.Name, peers.Sum(peer => topology.NeighboursOf(peer, peers).Count) / 2, matrix.SpectralGap(), bound, took, apart,
            means.LowestAccuracy(Rounds), result.Peers[0].Status.Accuracy, result.ParameterHash is not null);
    }

    /// <summary>Keeps what each peer held after each round. Peers call side by side.</summary>
    private sealed class Means : IPeerObserver
    {
        private readonly Lock _sync = new();
        private readonly Dictionary<int, List<PeerRound>> _rounds = [];

        public void OnRound(PeerRound round)
        {
            lock (_sync)
            {
                if (!_rounds.TryGetValue(round.Round, out List<PeerRound>? all))
                {
                    _rounds[round.Round] = all = [];
                }

                all.Add(round);
            }
        }

        public void OnStatus(PeerStatus status)
        {
        }

        public void OnMember(string peer, MemberChange change)
        {
        }

        public void OnTrouble(string peer, string text)
        {
        }

        public double LowestAccuracy(int round) => _rounds[round].Min(peer => peer.EvaluationAccuracy ?? double.NaN);

        /// <summary>Root of the sum of all peers' squared distances from their mean.</summary>
        public double Deviation(int round)
        {
            ParameterVector[] all = [.. _rounds[round].Select(peer => peer.Mean!)];
            double sum = 0;
            for (int i = 0; i < all[0].Count; i++)
            {
                double mean = all.Average(one => (double)one.Values[i]);
                sum += all.Sum(one => (one.Values[i] - mean) * (one.Values[i] - mean));
            }

            return Math.Sqrt(sum);
        }
    }
}
