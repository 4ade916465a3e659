using FedActors.FL.Protocol;
using FedActors.FL.Rounds;
using FedActors.FL.Strategies;
using FedActors.FL.Training;

namespace FedActors.FL.Roles;

/// <content>What strategies remember of each site, from the updates that a round counts to its commit.</content>
internal sealed partial class ProviderActor
{
    private readonly Dictionary<string, ModelUpdate> _counted = new(StringComparer.Ordinal);
    private (int Round, ControlVariates Variates)? _variates;

    /// <summary>The control variates that the last committed round left.</summary>
    private ControlVariates Variates()
    {
        if (_variates?.Round != _journal.GlobalRound)
        {
            _variates = (_journal.GlobalRound, new ControlVariates(_journal.SiteVectors, _journal.Plan!.Sites.Count, _journal.Global!.Count));
        }

        return _variates.Value.Variates;
    }

    /// <summary>What is remembered of each site once the round is committed; a pure function of the last committed round and the counted updates.</summary>
    private SiteVectors Remember(RoundSummary summary)
    {
        if (!_strategy.KeepsSiteVectors)
        {
            return SiteVectors.Empty;
        }

        ControlVariates variates = Variates();
        double rate = LearningRates.Of(setup.Options.Training, summary.Round);
        return _journal.SiteVectors.With(summary.Participants.Select(participant =>
        {
            ModelUpdate update = _counted[participant.WorkerId];
            return variates.Next(participant.WorkerId, _journal.Global!.Values, update.Parameters.Span, update.Steps, rate);
        }));
    }
}
