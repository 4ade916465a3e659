using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.FL.Rounds;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Runs;
using FedActors.Simulation.Scenarios;
using FedActors.Storage.Training;

namespace FedActors.Scripts.Scenarios;

/// <summary>Runs peers of a scenario, and keeps each run as one of real peers is kept.</summary>
internal static class PeerScenarios
{
    /// <summary>Runs them to their end.</summary>
    /// <param name="variant">Of which kind.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="setup">The same, prepared.</param>
    /// <param name="store">Where the run is kept.</param>
    /// <param name="stopping">Stops the peers; what they hold is kept.</param>
    public static ScenarioOutcome Run(ScenarioVariant variant, ulong seed, PeerScenarioSetup setup, ITrainingStore store, CancellationToken stopping)
    {
        LocalGossip.CheckMemory(FedConfig.From(variant.Values), new ClientsAsData(setup.Clients).Manifest, setup.Clients.Count);
        PeerScenarioResult result = PeerScenarioRun.Execute(setup, stopping);
        KeptPeer[] peers = [.. result.Peers.Select(peer => new KeptPeer(peer.Peer, peer.Rounds, peer.Mean))];
        RunRecord run = NewRun(variant, seed, setup, store) with
        {
            Status = result.ParameterHash is null ? RunStatus.Stopped : RunStatus.Finished,
            Reason = result.Reason,
            EndedAt = setup.StartedAt + result.Duration,
        };
        if (GossipRecord.Final(peers, result.ParameterHash) is { } mean)
        {
            run = GossipRecord.Write(store, run, new GossipRounds(run.Id, setup.StartedAt, peers, []), mean, setup.Clients.Evaluation);
        }

        RunOutcome outcome = result.ParameterHash is null ? RunOutcome.Stopped : RunOutcome.Finished;
        return new ScenarioOutcome(variant, seed, new RunResult(run, outcome, run.Reason, result.ParameterHash), store.LatestRound(run.Id), store.BestRound(run.Id)) { UpdateBytes = result.BytesSent };
    }

    private static RunRecord NewRun(ScenarioVariant variant, ulong seed, PeerScenarioSetup setup, ITrainingStore store)
    {
        IVirtualClients clients = setup.Clients;
        string fingerprint = RunFingerprint.OfGossip(ScenarioSetups.OptionsOf(variant, seed), clients.DataName, setup.Topology.Name, isOneProcess: true);
        string id = Enumerable.Range(0, int.MaxValue).Select(salt => RunFingerprint.NewRunId(fingerprint, setup.StartedAt, salt)).First(free => store.FindRun(free) is null);
        ModelSpecification model = new(setup.Options.Training.Model, clients.Features, clients.Classes);
        double[] scale = new double[model.Features];
        Array.Fill(scale, 1);
        RunSite[] sites = [.. Enumerable.Range(0, clients.Count).Select(client => new RunSite(clients.NameOf(client), clients.NameOf(client), clients.SamplesOf(client)))];
        RunPlan plan = new(id, seed, model, setup.Options.Training, new double[model.Features], scale, sites);
        return new RunRecord(
            id, fingerprint, ScenarioSetups.JsonOf(variant.Values, seed).ToJsonString(), plan.ToBytes(), seed, setup.Options.Rounds, RunStatus.Running, null, setup.StartedAt, null, 0);
    }
}
