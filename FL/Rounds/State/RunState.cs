using FedActors.FL.Models;

namespace FedActors.FL.Rounds;

/// <summary>All that a machine knows. Only the phase handlers change it.</summary>
internal sealed class RunState(RunPosition position, ModelSpecification? specification, bool expectsEvaluator, int workers)
{
    public RoundPhase Phase { get; set; } = RoundPhase.New;

    public RunPosition Position { get; } = position;

    /// <summary>What all members' data must fit: given, or taken from the first member that brings data.</summary>
    public ModelSpecification? Specification { get; set; } = specification;

    public bool SpecificationGiven { get; } = specification is not null;

    /// <summary>Whether the start waits for an evaluator.</summary>
    public bool ExpectsEvaluator { get; } = expectsEvaluator;

    /// <summary>Whether the run's beginning is stored, from when on its sites are what they are.</summary>
    public bool Begun { get; set; } = position.Resumed;

    /// <summary>Workers with whom it was decided to begin.</summary>
    public IReadOnlyList<string> Beginners { get; set; } = [];

    public MemberTable Members { get; } = new(workers);

    /// <summary>Every site that was ever admitted, by worker.</summary>
    public Dictionary<string, RunSite> Sites { get; } = SitesOf(position, workers);

    /// <summary>The aggregator and the evaluator that were admitted last, to tell a return from an arrival.</summary>
    public Dictionary<MemberRole, string> LastIds { get; } = [];

    public int Committed { get; set; } = position.CommittedRounds;

    /// <summary>The round in progress; 0 before the first.</summary>
    public int Round { get; set; }

    /// <summary>The attempt in progress at it.</summary>
    public int Attempt { get; set; }

    /// <summary>Attempts at it that missed their quorum.</summary>
    public int QuorumMisses { get; set; }

    /// <summary>Times that its aggregate was lost or not to be had.</summary>
    public int AggregatorFailures { get; set; }

    /// <summary>Times that an attempt at it failed with a combiner.</summary>
    public int CombinerFailures { get; set; }

    /// <summary>Combiners whose sums of the round that is reduced have not come.</summary>
    public int SumsAwaited { get; set; }

    /// <summary>Times that storing failed in a row.</summary>
    public int StorageFailures { get; set; }

    /// <summary>Whether a resumed run, short of workers after its first wait, waits out the rest.</summary>
    public bool StartExtended { get; set; }

    /// <summary>Whether the next attempt asks a new cohort instead of the same.</summary>
    public bool DrawCohort { get; set; }

    /// <summary>Whether the evaluation of the candidate was adopted.</summary>
    public bool Evaluated { get; set; }

    /// <summary>Whether the evaluator said that it cannot evaluate the candidate, so that asking it later is of no use.</summary>
    public bool EvaluationFailed { get; set; }

    /// <summary>Workers that are gone with their combiner and are waited for: rounds ask them as if they were here.</summary>
    public SortedSet<string> Returning { get; } = new(StringComparer.Ordinal);

    public Cohort Cohort { get; } = new();

    /// <summary>What workers were asked and what has not been committed of it, where updates may count in a later round.</summary>
    public FlightTable Flights { get; } = new();

    /// <summary>Updates that came while no collection was open, in the order in which they came.</summary>
    public List<UpdateReceived> Held { get; } = [];

    /// <summary>What was last seen of each worker's training.</summary>
    public Dictionary<string, Measurement> Measured { get; } = new(position.Measured, StringComparer.Ordinal);

    /// <summary>Seconds that every worker of a semi-synchronous round trains; 0 while no speed is known.</summary>
    public double Budget { get; set; }

    /// <summary>Updates with which the round closes although others are outstanding.</summary>
    public int Target { get; set; } = int.MaxValue;

    public RefusalLog Refusals { get; } = new();

    public EvaluationBacklog Backlog { get; } = new();

    public TimerBook Timers { get; } = new();

    /// <summary>Why the run ends before its last round; null where it does not.</summary>
    public string? Goal { get; set; }

    /// <summary>What was last reported as the cause of waiting; each is said once.</summary>
    public string? Waiting { get; set; }

    private static Dictionary<string, RunSite> SitesOf(RunPosition position, int workers)
    {
        Dictionary<string, RunSite> sites = new(Math.Max(workers, position.Sites.Count), StringComparer.Ordinal);
        foreach (RunSite site in position.Sites)
        {
            sites.Add(site.WorkerId, site);
        }

        return sites;
    }
}
