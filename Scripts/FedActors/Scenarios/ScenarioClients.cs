using FedActors.FL.Data;
using FedActors.FL.Data.Preparation;
using FedActors.FL.Numerics;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Simulation.Scenarios;

namespace FedActors.Scripts.Scenarios;

/// <summary>Makes a scenario's clients from its settings.</summary>
internal static class ScenarioClients
{
    private const double UsualAlpha = 0.5;

    /// <summary>How many sites the data set has, where clients are its sites; else null.</summary>
    public static int? FindSites(ConfigValues values)
    {
        string data = values.Get(ScenarioKeys.Data);
        return data != ScenarioKeys.Synthetic && values.Get(ScenarioKeys.Partition) == ScenarioKeys.Sites && FindFault(values) is null
            ? FederatedData.Open(data).Manifest.Sites.Count
            : null;
    }

    /// <summary>The clients' names, in order.</summary>
    public static IReadOnlyList<string> NamesOf(ConfigValues values) => FindSites(values) is null
        ? ClientNames.Of(values.Get(ScenarioKeys.Clients))
        : [.. FederatedData.Open(values.Get(ScenarioKeys.Data)).Manifest.Sites.Select(site => site.Name).Order(StringComparer.Ordinal)];

    /// <summary>Why the data cannot be found, or null.</summary>
    public static string? FindFault(ConfigValues values)
    {
        string data = values.Get(ScenarioKeys.Data);
        if (IsFile(data))
        {
            return File.Exists(data) ? null : "there is no such file";
        }

        try
        {
            FederatedData.Open(data);
            return null;
        }
        catch (DataFileException e)
        {
            return e.Message;
        }
    }

    /// <summary>Makes the clients of one run.</summary>
    /// <exception cref="DataFileException">The data cannot be read.</exception>
    /// <exception cref="CommandFailure">The rows cannot be dealt out as asked.</exception>
    public static IVirtualClients Make(ConfigValues values, ulong seed)
    {
        string data = values.Get(ScenarioKeys.Data);
        if (data == ScenarioKeys.Synthetic)
        {
            return new SyntheticClients(ExamplesOf(values), values.Get(ScenarioKeys.Clients), seed);
        }

        if (values.Get(ScenarioKeys.Partition) == ScenarioKeys.Sites)
        {
            return new SiteClients(FederatedData.Open(data));
        }

        (string name, DataSet pool, DataSet? evaluation) = IsFile(data) ? OfFile(data, values.Get(ScenarioKeys.HoldOut), seed) : OfSites(FederatedData.Open(data));
        try
        {
            return new PooledClients(name, pool, evaluation, PartitionerOf(values), values.Get(ScenarioKeys.Clients), seed);
        }
        catch (ArgumentException e)
        {
            throw new CommandFailure(ExitCode.Usage, "invalid_scenario", $"{ScenarioKeys.Partition.Path} is {values.Get(ScenarioKeys.Partition)}: {e.Message.Split(" (Parameter")[0]}", e);
        }
    }

    private static bool IsFile(string data) => data.EndsWith(".npz", StringComparison.OrdinalIgnoreCase);

    private static SyntheticExamples ExamplesOf(ConfigValues values) => new()
    {
        Features = values.Get(ScenarioKeys.Features),
        Classes = values.Get(ScenarioKeys.Classes),
        Samples = values.Get(ScenarioKeys.Samples),
        Alpha = values.Get(ScenarioKeys.Alpha),
        Separation = values.Get(ScenarioKeys.Separation),
        EvaluationSamples = values.Get(ScenarioKeys.EvaluationSamples),
    };

    private static Partitioner PartitionerOf(ConfigValues values)
    {
        double alpha = values.Get(ScenarioKeys.Alpha) ?? UsualAlpha;
        int least = values.Get(ScenarioKeys.MinSize);
        return values.Get(ScenarioKeys.Partition) switch
        {
            "dirichlet" => new DirichletPartitioner(alpha, least),
            "quantity" => new QuantityPartitioner(alpha, least),
            "shards" => new ShardPartitioner(values.Get(ScenarioKeys.Shards)),
            "classes" => new ClassesPartitioner(values.Get(ScenarioKeys.ClassesEach)),
            _ => new IidPartitioner(),
        };
    }

    private static (string Name, DataSet Pool, DataSet? Evaluation) OfFile(string file, double share, ulong seed)
    {
        using NpzReader reader = NpzReader.Open(file);
        (DataSet pool, DataSet? evaluation) = PooledExamples.Read(reader, share, RandomStream.For(seed, "hold-out"));
        return (Path.GetFileNameWithoutExtension(file), pool, evaluation);
    }

    private static (string Name, DataSet Pool, DataSet? Evaluation) OfSites(IFederatedData data) =>
        (data.Manifest.Name, PooledExamples.Join([.. data.Manifest.Sites.Select(site => data.LoadSite(site.Name))]), data.Manifest.Evaluation is null ? null : data.LoadEvaluation());
}
