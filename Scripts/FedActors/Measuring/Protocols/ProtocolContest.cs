using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Rounds;
using FedActors.FL.Strategies;
using FedActors.Simulation.Races;

namespace FedActors.Scripts.Measuring.Protocols;

/// <summary>Lets protocols race to one accuracy on the satellite data, in virtual time, with one worker slower than the others.</summary>
/// <param name="Slowness">How many times as long a step of the last site takes.</param>
/// <param name="Target">The accuracy at which a run ends.</param>
internal sealed record ProtocolContest(double Slowness, double Target)
{
    private const int MostRounds = 1000;

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    // Far above the slow worker's time; the second is above the others' and below its own.
    private static readonly TimeSpan Patient = TimeSpan.FromHours(1);
    private static readonly TimeSpan Impatient = TimeSpan.FromSeconds(2);

    private readonly LandsatData _data = new();

    /// <summary>Runs all of them. The first is the synchronous one, which the others are compared with.</summary>
    public async Task<IReadOnlyList<ProtocolRow>> RunAsync(CancellationToken stopping)
    {
        List<ProtocolRow> rows = [];
        foreach ((string name, FederationOptions options) in Contestants())
        {
            stopping.ThrowIfCancellationRequested();
            RaceResult race = await ProtocolRace.RunAsync(new RaceSetup(options, _data, _data.Manifest.Sites.ToDictionary(site => site.Name, StepOf)));
            TimeSpan predicted = RaceSchedule.Predict(options, [.. _data.Manifest.Sites.Select(site => ((long)_data.LoadSite(site.Name).Count, StepOf(site)))], race.Rounds);
            rows.Add(new ProtocolRow(name, options.Strategy.Name, race, predicted));
        }

        return rows;
    }

    private TimeSpan StepOf(SiteFile site) => site == _data.Manifest.Sites[^1] ? Step * Slowness : Step;

    private IEnumerable<(string Name, FederationOptions Options)> Contestants()
    {
        yield return ("synchronous", Rules(StrategyNames.FedAvg, new ProtocolOptions(), Patient));
        yield return ("synchronous, stragglers weighed", Rules(StrategyNames.FedAvg, new ProtocolOptions { Late = LateUpdates.Weigh }, Impatient));
        yield return ("semi-synchronous, 1 epoch", Rules(StrategyNames.FedAvg, new ProtocolOptions { Kind = FL.Rounds.Protocols.SemiSynchronous }, Patient));
        ProtocolOptions nobodyWaits = new() { Kind = FL.Rounds.Protocols.Asynchronous };
        yield return ("asynchronous", Rules(StrategyNames.FedAsync, nobodyWaits, Patient));
        yield return ("asynchronous, buffer 3", Rules(StrategyNames.FedBuff, nobodyWaits with { Buffer = 3 }, Patient));
        yield return ("asynchronous", Rules(StrategyNames.FedRec, nobodyWaits, Patient));
    }

    private FederationOptions Rules(string strategy, ProtocolOptions protocol, TimeSpan deadline) => new()
    {
        Training = new TrainingOptions { Rounds = MostRounds },
        Strategy = new StrategyOptions { Name = strategy },
        Protocol = protocol,
        Termination = new TerminationOptions { TargetAccuracy = Target },
        Participation = new ParticipationOptions { RoundTimeout = deadline },
    };
}

/// <summary>How one of them did.</summary>
/// <param name="Protocol">For people.</param>
/// <param name="Strategy">The strategy's name.</param>
/// <param name="Race">What came of it.</param>
/// <param name="Predicted">How long so many rounds take by the schedule.</param>
internal sealed record ProtocolRow(string Protocol, string Strategy, RaceResult Race, TimeSpan Predicted);
