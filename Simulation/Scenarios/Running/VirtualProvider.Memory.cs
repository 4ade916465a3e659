using FedActors.FL.Rounds;
using FedActors.FL.Strategies;
using FedActors.FL.Training;

namespace FedActors.Simulation.Scenarios;

/// <content>What strategies remember of each site.</content>
internal sealed partial class VirtualProvider
{
    private readonly Dictionary<string, HeldUpdate> _counted = new(StringComparer.Ordinal);
    private (int Round, ControlVariates Variates)? _variates;

    /// <summary>What a client adds to its gradients in the round; empty for nothing.</summary>
    public ReadOnlyMemory<float> CorrectionOf(string client) => _strategy.KeepsControlVariates ? Variates().CorrectionOf(client) : ReadOnlyMemory<float>.Empty;

    private ControlVariates Variates()
    {
        if (_variates?.Round != _journal.GlobalRound)
        {
            _variates = (_journal.GlobalRound, new ControlVariates(_journal.SiteVectors, _journal.Plan!.Sites.Count, Global.Count));
        }

        return _variates.Value.Variates;
    }

    private SiteVectors Remember(RoundSummary summary)
    {
        if (!_strategy.KeepsSiteVectors)
        {
            return SiteVectors.Empty;
        }

        ControlVariates variates = Variates();
        double rate = LearningRates.Of(_setup.Options.Training, summary.Round);
        return _journal.SiteVectors.With(summary.Participants.Select(participant =>
        {
            HeldUpdate update = _counted[participant.WorkerId];
            return variates.Next(participant.WorkerId, Global.Values, update.Parameters.Span, update.Steps, rate);
        }));
    }
}
