using FedActors.Scripts.Configuration;
using FedActors.Scripts.Runs;

namespace FedActors.Scripts.Scenarios;

/// <summary>A scenario that was read: every kind of run that it asks for.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Seeds">Runs of each kind.</param>
/// <param name="Variants">One without a sweep; else one for each combination of its values.</param>
internal sealed record ScenarioPlan(string Name, int Seeds, IReadOnlyList<ScenarioVariant> Variants)
{
    /// <summary>Runs in all.</summary>
    public int Runs => Seeds * Variants.Count;

    /// <summary>The settings that are swept over.</summary>
    public IReadOnlyList<ConfigKey> Swept => [.. Variants[0].Swept.Select(value => value.Setting)];
}

/// <summary>One kind of run.</summary>
/// <param name="Swept">What is set otherwise than in the others.</param>
/// <param name="Values">All settings.</param>
internal sealed record ScenarioVariant(IReadOnlyList<SweptValue> Swept, ConfigValues Values)
{
    /// <summary>Whether it is peers that gossip, rather than a provider that drives rounds.</summary>
    public bool IsGossip => Values.Get(ConfigKeys.Mode) == RunMode.Gossip;

    /// <summary>What tells it from the others, for people.</summary>
    public string Label => string.Join("  ", Swept.Select(value => $"{value.Setting.Path} {value.Text}"));
}
