using FedActors.FL.Aggregation;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.FL.Rounds;
using FedActors.FL.Strategies;
using FedActors.FL.Training;

namespace FedActors.FL.Roles;

/// <content>What is kept between a request and the commit of its answer: the models that updates start from, the updates that wait or count, and what strategies remember of each site.</content>
internal sealed partial class ProviderActor
{
    private readonly Dictionary<string, ModelUpdate> _counted = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ModelUpdate> _held = new(StringComparer.Ordinal);
    private readonly Dictionary<int, (ParameterVector Parameters, string Hash)> _origins = [];
    private readonly Dictionary<string, int> _asked = new(StringComparer.Ordinal);
    private (int Round, ControlVariates Variates)? _variates;
    private TrainRequest? _request;

    private bool IsAsynchronous => setup.Options.Protocol.Kind == Protocols.Asynchronous;

    // One message for the whole cohort, but for what is a site's own.
    private TrainRequest TrainRequestFor(RequestTraining request)
    {
        RoundKey key = Key(request.Round, request.Attempt);
        if (_request?.Key != key)
        {
            (ParameterVector parameters, string hash) = OriginOf(request.Round);
            _request = new TrainRequest(key, hash, parameters.Memory, setup.Options.Training.Mu, _strategy.NeedsStartLoss);
        }

        _asked[request.WorkerId] = request.Round;
        return _strategy.KeepsControlVariates || request.Steps > 0 || _compression.LeavesResidual
            ? _request with
            {
                Steps = request.Steps,
                Correction = _strategy.KeepsControlVariates ? Variates().CorrectionOf(request.WorkerId) : default,
                Settled = _compression.LeavesResidual ? _journal.Settled.GetValueOrDefault(request.WorkerId) : 0,
            }
            : _request;
    }

    /// <summary>The parameters that a round begins with. Older ones than the last committed are kept while a worker's last request was made from them.</summary>
    private (ParameterVector Parameters, string Hash) OriginOf(int round)
    {
        if (round == _journal.GlobalRound + 1)
        {
            _origins[round] = (_journal.Global!, _journal.GlobalHash);
        }

        return _origins[round];
    }

    // An update that waited for a collection may be one round older than an update may be when it comes.
    private void DropOrigins()
    {
        int oldest = _journal.GlobalRound - setup.Options.Protocol.MaxStaleness - 1;
        bool mayComeLate = IsAsynchronous || (!_compression.IsNone && setup.Options.Protocol.Late != LateUpdates.Drop);
        HashSet<int> needed = [.. mayComeLate ? _asked.Values.Where(round => round >= oldest) : []];
        foreach (int round in _origins.Keys.Where(round => !needed.Contains(round)).ToArray())
        {
            _origins.Remove(round);
        }
    }

    /// <summary>An update as the aggregator is to take it in. Under the asynchronous protocol it is brought to the newest model first.</summary>
    private AccumulateUpdate? ToAccumulate(RoundKey key, HandOverUpdate update, out string? fault)
    {
        ModelUpdate own = update.Held ? _held[update.WorkerId] : _update!;
        _held.Remove(update.WorkerId);
        _updateBytes[update.WorkerId] = own.ParameterBytes;
        if (_strategy.KeepsSiteVectors)
        {
            _counted[update.WorkerId] = own;
        }

        (ReadOnlyMemory<float> parameters, fault) = IsAsynchronous ? Rebase(own, update) : (own.Parameters, null);
        return fault is null ? new AccumulateUpdate(key, update.WorkerId, parameters, update.Weight, own.Steps, own.StartLoss) : null;
    }

    private (ReadOnlyMemory<float> Parameters, string? Fault) Rebase(ModelUpdate own, HandOverUpdate update)
    {
        ParameterVector global = _journal.Global!;
        if (_strategy.Name == StrategyNames.FedRec)
        {
            return AsynchronousMix.TryMean(global.Layout, _journal.SiteVectors, new SiteVector(own.WorkerId, own.Parameters, own.Samples), out ParameterVector? mean, out UpdateFault? full)
                ? (mean.Memory, null)
                : (default, $"the sites' last updates have no mean: {full.Text}");
        }

        double weight = StalenessWeight.Of(setup.Options.Protocol, update.Staleness);
        double? mixing = _strategy.Name == StrategyNames.FedAsync ? setup.Options.Protocol.Mixing : null;
        return (AsynchronousMix.Rebase(global.Values, own.Parameters.Span, OriginOf(update.Round - update.Staleness).Parameters.Values, weight, mixing), null);
    }

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

        double rate = LearningRates.Of(setup.Options.Training, summary.Round);
        return _journal.SiteVectors.With(summary.Participants.Select(participant =>
        {
            ModelUpdate update = _counted[participant.WorkerId];
            return _strategy.KeepsControlVariates
                ? Variates().Next(participant.WorkerId, _journal.Global!.Values, update.Parameters.Span, update.Steps, rate)
                : new SiteVector(participant.WorkerId, update.Parameters, update.Samples);
        }));
    }
}
