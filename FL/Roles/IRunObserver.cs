using FedActors.Storage.Training;

namespace FedActors.FL.Roles;

/// <summary>Follows a run from inside the provider's process, for progress on a terminal and for metrics.</summary>
/// <remarks>Calls come from the provider, one at a time, after the facts they tell are durable. An implementation must return quickly and not throw.</remarks>
public interface IRunObserver
{
    /// <summary>A worker, evaluator or aggregator registered, was refused, or was lost.</summary>
    void OnMember(MemberChange change);

    /// <summary>The run began, or went on after an interruption.</summary>
    /// <param name="run">The run; its <see cref="RunRecord.CommittedRounds"/> is over 0 when it goes on.</param>
    /// <param name="summary">What is being trained, on whose data.</param>
    void OnStarted(RunRecord run, RunSummary summary);

    /// <summary>A round was committed.</summary>
    void OnRound(RoundRecord round);

    /// <summary>The run waits for something; said once for each cause.</summary>
    void OnWaiting(string cause);

    /// <summary>The run ended.</summary>
    void OnEnded(RunRecord run);
}

/// <summary>What is being trained, on whose data.</summary>
/// <param name="ModelKind">For instance <c>softmax</c>.</param>
/// <param name="Features">Numbers per example.</param>
/// <param name="Classes">Classes told apart.</param>
/// <param name="ParameterCount">Numbers in the model.</param>
/// <param name="Sites">Each site and its example count, by site name.</param>
/// <param name="EvaluationSamples">Examples held by the evaluator; 0 when none has registered.</param>
public sealed record RunSummary(string ModelKind, int Features, int Classes, int ParameterCount, IReadOnlyList<SiteSummary> Sites, long EvaluationSamples);

/// <summary>A site and its example count.</summary>
/// <param name="WorkerId">The worker.</param>
/// <param name="Site">The site whose data it holds.</param>
/// <param name="Samples">Its training examples.</param>
public sealed record SiteSummary(string WorkerId, string Site, long Samples);

/// <summary>A change of membership.</summary>
/// <param name="Role">worker, evaluator or aggregator.</param>
/// <param name="MemberId">Who.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Text">The same for people, with the cause of a refusal.</param>
public sealed record MemberChange(string Role, string MemberId, MemberChangeKind Kind, string Text);

/// <summary>Kinds of <see cref="MemberChange"/>.</summary>
public enum MemberChangeKind
{
    /// <summary>Registered for the first time.</summary>
    Joined,

    /// <summary>Registered again, after a restart or a new connection.</summary>
    Rejoined,

    /// <summary>Refused, with the reason in the text.</summary>
    Refused,

    /// <summary>Lost: its process ended or its connection did not come back.</summary>
    Lost,

    /// <summary>Left in order, as peers do when they end.</summary>
    Left,
}
