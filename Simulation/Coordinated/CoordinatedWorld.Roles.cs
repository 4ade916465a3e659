using FedActors.Actors;
using FedActors.Actors.Transport;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Roles;
using FedActors.FL.Rounds;
using FedActors.Simulation.Disk;
using FedActors.Simulation.Kernel;
using FedActors.Simulation.Worlds;
using FedActors.Storage.Training;

namespace FedActors.Simulation.Coordinated;

/// <content>Makes the roles as they are shipped.</content>
internal sealed partial class CoordinatedWorld
{
    private void Spawn(CoordinatedNode node, SimulatedProcess process, ActorSystem system)
    {
        if (node == ProviderNode)
        {
            SpawnProvider(node, process, system);
            return;
        }

        node.Member = new MemberCompletion();
        ((CoordinatedInterference)node.Interference!).Member = node.Member;
        if (_schedule.Combiners.Contains(node.Name))
        {
            SpawnCombiner(node, system);
            return;
        }

        Func<ActorRef>[] ways = WaysOf(node.Name, system);
        ActorRef provider = ways[0]();
        var threads = new SimulatedThreads(process, () => DurationOf(node));
        Props props = node.Name switch
        {
            CoordinatedSchedule.Aggregator => CoordinatedRoles.Aggregator(new AggregatorSetup { MemberId = node.Name, Provider = provider, Completion = node.Member }),
            CoordinatedSchedule.Evaluator => CoordinatedRoles.Evaluator(new EvaluatorSetup
            {
                MemberId = node.Name, Provider = provider, Completion = node.Member, Specification = SimulatedSites.Model,
                Data = _sites.DataOf(node.Name), Evaluation = threads,
            }),
            CoordinatedSchedule.Intruder => IntruderProps(provider, node, threads),
            _ => CoordinatedRoles.Worker(WorkerOf(node.Name, node.Name, provider, node, threads) with { Others = ways[1..] }),
        };
        SpawnRole(node, system, props, "member", _schedule.MailboxCapacity);
    }

    private void SpawnCombiner(CoordinatedNode node, ActorSystem system)
    {
        Task listening = system.Remote.ListenAsync(AddressOf(node.Name));
        if (!listening.IsCompletedSuccessfully)
        {
            throw new InvalidOperationException("The simulated network listens at once.");
        }

        Func<ActorRef>[] ways = WaysOf(node.Name, system);
        SpawnRole(
            node,
            system,
            CoordinatedRoles.Combiner(new CombinerSetup
            {
                MemberId = node.Name, Provider = ways[0](), Others = ways[1..], Completion = node.Member!, Patience = _options.Participation.RoleTimeout,
                MaxWorkers = _schedule.CombinerRoom, KeepsCounts = _parts.CombinersKeepCounts,
            }),
            CoordinatedRoles.ProviderName);
    }

    // A worker's own combiner, then the others, then the provider; a combiner in a row has those before it.
    private Func<ActorRef>[] WaysOf(string name, ActorSystem system)
    {
        string[] combiners = [.. _schedule.Combiners];
        int place = Array.IndexOf(combiners, name);
        int worker = _schedule.Workers.ToList().IndexOf(name);
        IEnumerable<string> through = place >= 0 ? _schedule.CombinersInARow ? combiners[..place].Reverse() : []
            : worker >= 0 ? combiners.Select((_, i) => combiners[(worker + i) % combiners.Length])
            : [];
        return [.. through.Select(AddressOf).Append(ProviderAddress).Select(way => (Func<ActorRef>)(() => system.Remote.Connect(way).ActorOf(CoordinatedRoles.ProviderName)))];
    }

    private static TransportAddress AddressOf(string combiner) => new(combiner, 5020);

    private void SpawnProvider(CoordinatedNode node, SimulatedProcess process, ActorSystem system)
    {
        _invariants.OnOpened(_disk.Content, RunId);
        node.Run = new RunCompletion();
        Task listening = system.Remote.ListenAsync(ProviderAddress);
        if (!listening.IsCompletedSuccessfully)
        {
            throw new InvalidOperationException("The simulated network listens at once.");
        }

        SpawnRole(
            node,
            system,
            CoordinatedRoles.Provider(new ProviderSetup
            {
                Options = _options,
                Store = new SimulatedTrainingStore(_disk, process, OnWritten),
                Data = "simulated",
                Specification = SimulatedSites.Model,
                Choice = RunChoice.GivenOrNew,
                RunId = RunId,
                Observer = new Observer(this, process),
                Completion = node.Run,
                Machine = machine => new MachineWatch(_parts.Machine(machine), Report, OnOpened, _invariants.OnCounted, Coverage),
            }),
            CoordinatedRoles.ProviderName);
    }

    private WorkerSetup WorkerOf(string member, string site, ActorRef provider, CoordinatedNode node, SimulatedThreads threads) => new()
    {
        MemberId = member, Site = site, Provider = provider, Completion = node.Member!, Specification = SimulatedSites.Model,
        Data = _sites.DataOf(site), Moments = _sites.MomentsOf(site), Training = threads,
        Residuals = new WatchedResiduals(_parts.Residuals(node.Residuals), (round, settled, found) => _invariants.OnCompressed(member, round, settled, found)),
    };

    private Props IntruderProps(ActorRef provider, CoordinatedNode node, SimulatedThreads threads)
    {
        if ((_intruder >> 8) % 8 == 0)
        {
            return CoordinatedRoles.Worker(WorkerOf(new string('X', RoundLimits.MaxNameLength + 1), "A", provider, node, threads));
        }

        if ((_intruder >> 8) % 8 == 1 && _schedule.Protocol.Kind == Protocols.Synchronous)
        {
            // By the other protocols such a claim would change how long the others train, or weigh nothing.
            ((CoordinatedInterference)node.Interference!).Boasts = true;
            return CoordinatedRoles.Worker(WorkerOf("Y", "A", provider, node, threads) with { Site = "Y" });
        }

        switch (_intruder % 4)
        {
            case 0:
                return CoordinatedRoles.Worker(WorkerOf("A", "A", provider, node, threads));
            case 1:
                return CoordinatedRoles.Worker(WorkerOf(Substitute, "A", provider, node, threads));
            case 2:
                return CoordinatedRoles.Worker(WorkerOf("A", "B", provider, node, threads));
            default:
                DataSet other = new(SimulatedSites.Model.Features + 1, SimulatedSites.Model.Classes, new float[SimulatedSites.Model.Features + 1], [0]);
                return CoordinatedRoles.Worker(WorkerOf("Y", "A", provider, node, threads) with
                {
                    Site = "Y", Specification = new ModelSpecification(ModelSpecification.Softmax, other.Features, other.Classes), Data = other, Moments = FeatureMoments.Of(other),
                });
        }
    }

    private TimeSpan? DurationOf(CoordinatedNode node) => node.Interference!.DurationOf(TimeSpan.FromMilliseconds(2 + (30 * Durations.NextDouble())));

    /// <summary>Hears what the provider tells those who follow the run.</summary>
    private sealed class Observer(CoordinatedWorld world, SimulatedProcess process) : IRunObserver
    {
        public void OnMember(MemberChange change) => world.Trace.Tell(CoordinatedSchedule.Provider, $"{change.Role} {change.MemberId} {change.Kind}");

        public void OnStarted(RunRecord run, RunSummary summary) => world.Trace.Tell(CoordinatedSchedule.Provider, $"run {run.Id} goes on after {run.CommittedRounds} rounds");

        public void OnRound(RoundRecord round)
        {
            world.Trace.Tell(CoordinatedSchedule.Provider, $"announces round {round.Round}");
            world._invariants.OnAnnounced(round.Round, round.ParameterHash);
        }

        public void OnWaiting(string cause) => world.Trace.Tell(CoordinatedSchedule.Provider, cause);

        public void OnEnded(RunRecord run)
        {
            world.Trace.Tell(CoordinatedSchedule.Provider, $"run {run.Id} ends as {run.Status} after {run.CommittedRounds} rounds: {run.Reason}");
            if (process.IsAlive)
            {
                world._ended = true;
                world._invariants.OnEnded(run, world._disk.Content);
            }
        }
    }
}
