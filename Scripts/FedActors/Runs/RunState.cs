using FedActors.FL.Rounds;
using FedActors.Storage.Training;

namespace FedActors.Scripts.Runs;

/// <summary>Where a run stands, in the words that people and programs are given.</summary>
internal static class RunState
{
    /// <summary>A run that nobody drives: its provider ended without ending it.</summary>
    public const string Interrupted = "interrupted";

    /// <summary>The state of a run.</summary>
    /// <param name="run">As stored.</param>
    /// <param name="isDriven">Whether a living provider works on it.</param>
    public static string Of(RunRecord run, bool isDriven) => run.Status switch
    {
        RunStatus.Running => isDriven ? "running" : Interrupted,
        RunStatus.Finished => "finished",
        RunStatus.Failed => "failed",
        RunStatus.Stopped => "stopped",
        _ => "below_participation",
    };

    /// <summary>The same words for an end that a member of the run was told.</summary>
    public static string Of(RunOutcome outcome) => outcome switch
    {
        RunOutcome.Finished => "finished",
        RunOutcome.Failed => "failed",
        RunOutcome.Stopped => "stopped",
        _ => "below_participation",
    };
}
