using System.Diagnostics.CodeAnalysis;
using FedActors.FL.Models;

namespace FedActors.FL.Aggregation;

/// <summary>Holds a round's updates for a rule that compares them, and hands them over in the order of their workers' names.</summary>
/// <remarks>The order of arrival thus changes no bit, and no tie is broken by it.</remarks>
public sealed class HeldUpdates : IUpdateReducer
{
    /// <summary>Bytes of parameters held at most, 4 GiB: a thousand workers of a million parameters. Beyond it the round would swap rather than end.</summary>
    public const long MaxBytes = 4L << 30;

    private readonly AggregationRule _rule;
    private readonly ParameterLayout _layout;
    private readonly ReadOnlyMemory<float> _reference;
    private readonly long _maxUpdates;
    private readonly SortedDictionary<string, ContributedUpdate> _held = new(StringComparer.Ordinal);

    /// <summary>Holds nothing yet.</summary>
    /// <param name="rule">What reduces the updates.</param>
    /// <param name="layout">The model's parameters.</param>
    /// <param name="reference">The parameters that the updates start from; empty where the rule needs none.</param>
    /// <param name="maxBytes">Bytes held at most.</param>
    /// <exception cref="ArgumentException">The rule needs a reference and there is none, or it is not the model's.</exception>
    public HeldUpdates(AggregationRule rule, ParameterLayout layout, ReadOnlyMemory<float> reference = default, long maxBytes = MaxBytes)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(layout);
        if (rule.NeedsReference && reference.Length != layout.Count)
        {
            throw new ArgumentException($"{rule.Name} needs the {layout.Count} parameters that updates start from, and has {reference.Length}.", nameof(reference));
        }

        (_rule, _layout, _reference) = (rule, layout, rule.NeedsReference ? reference : default);
        _maxUpdates = maxBytes / ((long)layout.Count * sizeof(float));
    }

    /// <inheritdoc/>
    public int Updates => _held.Count;

    /// <inheritdoc/>
    public bool TryAdd(ContributedUpdate update, [NotNullWhen(false)] out UpdateFault? fault)
    {
        ArgumentNullException.ThrowIfNull(update);
        fault = UpdateInspection.FindFault(_layout, update.Parameters.Span, update.Weight);
        if (fault is null && _held.Count >= _maxUpdates && !_held.ContainsKey(update.WorkerId))
        {
            fault = new UpdateFault.AverageFull($"{_rule.Name} compares updates and holds at most {_maxUpdates} of this model's");
        }

        if (fault is null)
        {
            _held[update.WorkerId] = update;
        }

        return fault is null;
    }

    /// <inheritdoc/>
    public bool TryReduce([NotNullWhen(true)] out ParameterVector? result, [NotNullWhen(false)] out string? fault)
    {
        result = null;
        fault = _rule.FindFault(_held.Count) ?? FindMissing();
        if (fault is not null)
        {
            return false;
        }

        ReadOnlyMemory<float>[] rows = new ReadOnlyMemory<float>[_held.Count];
        double[] weights = new double[rows.Length];
        double[] steps = new double[rows.Length];
        double[] losses = new double[rows.Length];
        int i = 0;
        foreach (ContributedUpdate update in _held.Values)
        {
            (rows[i], weights[i], steps[i], losses[i]) = (update.Parameters, update.Weight, Math.Max(update.Steps, 1), update.StartLoss);
            i++;
        }

        UpdateBatch<float> batch = new(rows, weights, _reference, steps, _rule is QFedAvg ? losses : []);
        result = new ParameterVector(_layout, _rule.Reduce(batch));
        return true;
    }

    private string? FindMissing()
    {
        if (_rule is not QFedAvg)
        {
            return null;
        }

        foreach (ContributedUpdate update in _held.Values)
        {
            if (!(update.StartLoss >= 0 && double.IsFinite(update.StartLoss)))
            {
                return $"{_rule.Name} needs each site's loss before it trained; worker {update.WorkerId} reports {update.StartLoss}";
            }
        }

        return null;
    }
}
