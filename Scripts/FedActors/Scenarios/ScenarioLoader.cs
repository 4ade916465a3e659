using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Runs;

namespace FedActors.Scripts.Scenarios;

/// <summary>Reads a scenario, or lists everything that is wrong with it.</summary>
internal static class ScenarioLoader
{
    /// <summary>More runs than this are a mistake: they would not end.</summary>
    private const int MaxRuns = 100_000;

    /// <summary>Reads a scenario.</summary>
    /// <exception cref="CommandFailure">It has faults; all are listed, each with its place and what is allowed.</exception>
    public static ScenarioPlan Load(ConfigSources sources)
    {
        ScenarioVocabulary vocabulary = new();
        ConfigLoad load = ConfigLoader.Bind(sources, vocabulary);
        List<ConfigFault> faults = [.. load.Faults, .. Misplaced(load.Values, sources)];
        SweepKey[] sweeps = [.. vocabulary.Sweeps.Where(sweep => load.Values.IsSet(sweep))];
        int seeds = load.Values.Get(ScenarioKeys.Seeds);
        IReadOnlyList<ScenarioVariant> variants = Combine(load.Values, sweeps, MaxRuns / seeds);
        if (variants.Count == 0)
        {
            faults.Add(new ConfigFault(SweepKey.Section.TrimEnd(':'), null, null, $"asks for more than {MaxRuns:N0} runs with {seeds} seeds: take fewer values or seeds"));
        }

        foreach (ScenarioVariant variant in variants)
        {
            Complete(variant.Values);
            IEnumerable<ConfigFault> found = [.. ConfigRules.Check(variant.Values), .. ScenarioRules.Check(variant.Values)];
            if (sweeps.All(sweep => sweep.Setting != ConfigKeys.Mode))
            {
                // Where modes are compared, each has its own settings in the one file.
                found = found.Concat(ScenarioModeRules.Check(variant.Values, key => IsWritten(variant.Values, key, sources)));
            }

            faults.AddRange(found.Where(fault => !faults.Contains(fault)));
        }

        foreach (ScenarioVariant variant in faults.Count == 0 ? variants.Where(variant => variant.IsGossip) : [])
        {
            LocalGossip.CheckRules(FedConfig.From(variant.Values), ScenarioClients.NamesOf(variant.Values));
        }

        return faults.Count == 0
            ? new ScenarioPlan(load.Values.Get(ScenarioKeys.Name), seeds, variants)
            : throw new CommandFailure(ExitCode.Usage, "invalid_scenario", faults.Count == 1 ? "The scenario has a fault:" : $"The scenario has {faults.Count} faults:") { Details = [.. faults.Select(fault => fault.ToString())] };
    }

    // Only what was written for the scenario: an installation's file and the environment serve other commands, too.
    private static IEnumerable<ConfigFault> Misplaced(ConfigValues values, ConfigSources sources)
    {
        foreach (ConfigKey key in ConfigKeys.All.Where(key => values.IsSet(key) && IsWritten(values, key, sources)))
        {
            if (ScenarioVocabulary.FindAdvice(key) is { } advice)
            {
                yield return ConfigRules.Fault(values, key, advice);
            }
        }
    }

    private static bool IsWritten(ConfigValues values, ConfigKey key, ConfigSources sources) =>
        values.Origin(key).StartsWith(sources.File!, StringComparison.Ordinal) || values.Origin(key).StartsWith("--", StringComparison.Ordinal);

    private static List<ScenarioVariant> Combine(ConfigValues values, SweepKey[] sweeps, int most)
    {
        List<ScenarioVariant> variants = [new ScenarioVariant([], values)];
        foreach (SweepKey sweep in sweeps)
        {
            variants =
            [
                .. variants.SelectMany(variant => values.Swept(sweep).Select(value => new ScenarioVariant([.. variant.Swept, value], With(variant.Values, value)))).Take(most + 1),
            ];
        }

        return variants.Count <= most ? variants : [];
    }

    private static IReadOnlyList<SweptValue> Swept(this ConfigValues values, SweepKey sweep) => (IReadOnlyList<SweptValue>)values.Find(sweep)!;

    private static ConfigValues With(ConfigValues values, SweptValue swept)
    {
        ConfigValues copy = new(values);
        copy.Set(swept.Setting, swept.Value, swept.Origin);
        return copy;
    }

    /// <summary>Settles what follows from others: how many clients, and how they are dealt to.</summary>
    private static void Complete(ConfigValues values)
    {
        string data = values.Get(ScenarioKeys.Data);
        if (data.EndsWith(".npz", StringComparison.OrdinalIgnoreCase) && !values.IsSet(ScenarioKeys.Partition))
        {
            values.Set(ScenarioKeys.Partition, "iid", "an npz file has no sites");
        }

        if (ScenarioClients.FindSites(values) is { } sites && !values.IsSet(ScenarioKeys.Clients))
        {
            values.Set(ScenarioKeys.Clients, sites, "the data set's sites");
        }

        string origin = $"{ScenarioKeys.Clients.Path}, {values.Origin(ScenarioKeys.Clients)}";
        values.Set(ConfigKeys.Workers, values.Get(ScenarioKeys.Clients), origin);
        values.Set(ConfigKeys.Peers, values.Get(ScenarioKeys.Clients), origin);
        ConfigLoader.AdaptQuorum(values);
    }
}
