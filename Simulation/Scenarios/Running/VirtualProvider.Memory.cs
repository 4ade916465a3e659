using FedActors.FL.Aggregation;
using FedActors.FL.Models;
using FedActors.FL.Rounds;
using FedActors.FL.Strategies;
using FedActors.FL.Training;

namespace FedActors.Simulation.Scenarios;

/// <content>The models that updates start from, the updates that wait, and what strategies remember of each site.</content>
internal sealed partial class VirtualProvider
{
    private readonly Dictionary<string, HeldUpdate> _counted = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HeldUpdate> _waiting = new(StringComparer.Ordinal);
    private readonly Dictionary<int, (ParameterVector Parameters, int Asked)> _origins = [];
    private readonly Dictionary<string, int> _asked = new(StringComparer.Ordinal);
    private (int Round, ControlVariates Variates)? _variates;

    /// <summary>Whether updates may count after the round that they were asked in.</summary>
    public bool KeepsLate => IsAsynchronous || _setup.Options.Protocol.Late != LateUpdates.Drop;

    private bool IsAsynchronous => _setup.Options.Protocol.Kind == Protocols.Asynchronous;

    /// <summary>The parameters that a round began with; null for one that is too old to count.</summary>
    public ParameterVector? FindOrigin(int round) =>
        round == _journal.GlobalRound + 1 ? Global : _origins.TryGetValue(round, out (ParameterVector Parameters, int Asked) origin) ? origin.Parameters : null;

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

        ControlVariates? variates = _strategy.KeepsControlVariates ? Variates() : null;
        double rate = LearningRates.Of(_setup.Options.Training, summary.Round);
        return _journal.SiteVectors.With(summary.Participants.Select(participant =>
        {
            HeldUpdate update = _counted[participant.WorkerId];
            return variates is null
                ? new SiteVector(participant.WorkerId, update.Parameters.ToArray(), update.Samples)
                : variates.Next(participant.WorkerId, Global.Values, update.Parameters.Span, update.Steps, rate);
        }));
    }

    /// <summary>Keeps what a round begins with for as long as it is some client's last request: one model for each round in flight, none older than may count.</summary>
    private void KeepOrigin(RequestTraining request)
    {
        if (!KeepsLate)
        {
            return;
        }

        ParameterVector origin = FindOrigin(request.Round)!;
        _origins[request.Round] = (origin, _origins.GetValueOrDefault(request.Round).Asked + 1);
        if (_asked.TryGetValue(request.WorkerId, out int before) && _origins.TryGetValue(before, out (ParameterVector Parameters, int Asked) old))
        {
            _origins[before] = old with { Asked = old.Asked - 1 };
            if (old.Asked == 1)
            {
                _origins.Remove(before);
            }
        }

        _asked[request.WorkerId] = request.Round;
    }

    // An update that waited for a collection may be one round older than an update may be when it comes.
    private void DropOldOrigins() => _origins.Remove(_journal.GlobalRound - _setup.Options.Protocol.MaxStaleness - 2);

    /// <summary>What an update adds: as it is, or under the asynchronous protocol brought to the newest model, as a provider does before it hands it over.</summary>
    private (ReadOnlyMemory<float> Parameters, UpdateFault? Fault) Brought(HeldUpdate own, HandOverUpdate update)
    {
        if (!IsAsynchronous)
        {
            return (own.Parameters, null);
        }

        if (_strategy.Name == StrategyNames.FedRec)
        {
            return AsynchronousMix.TryMean(Global.Layout, _journal.SiteVectors, new SiteVector(update.WorkerId, own.Parameters, own.Samples), out ParameterVector? mean, out UpdateFault? full)
                ? (mean.Memory, null)
                : (default, full);
        }

        double weight = StalenessWeight.Of(_setup.Options.Protocol, update.Staleness);
        double? mixing = _strategy.Name == StrategyNames.FedAsync ? _setup.Options.Protocol.Mixing : null;
        return (AsynchronousMix.Rebase(Global.Values, own.Parameters.Span, FindOrigin(update.Round - update.Staleness)!.Values, weight, mixing), null);
    }
}
