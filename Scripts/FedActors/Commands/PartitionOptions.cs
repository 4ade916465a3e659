using System.CommandLine;
using System.Globalization;
using FedActors.FL.Data;
using FedActors.Scripts.Cli;

namespace FedActors.Scripts.Commands;

/// <summary>The options that say how rows are dealt out, and how sites' features differ.</summary>
internal sealed class PartitionOptions
{
    private readonly Option<string?> _partition = new("--partition") { Description = "How rows are dealt out: iid, dirichlet, quantity, shards or classes. At random where none is given.", HelpName = "kind" };
    private readonly Option<string> _alpha = new("--alpha") { Description = "Dirichlet's concentration, or one for each class, separated by commas; the smaller, the more sites differ.", HelpName = "numbers", DefaultValueFactory = _ => "0.5" };
    private readonly Option<int> _minSize = new("--min-size") { Description = "Fewest rows of a site, for dirichlet and quantity.", HelpName = "count", DefaultValueFactory = _ => 10 };
    private readonly Option<bool> _selfBalancing = new("--self-balancing") { Description = "With dirichlet, sites that have their even share get no more." };
    private readonly Option<int> _shards = new("--shards") { Description = "Shards of a site, for shards.", HelpName = "count", DefaultValueFactory = _ => 2 };
    private readonly Option<int> _classes = new("--classes-per-site") { Description = "Classes of a site, for classes.", HelpName = "count", DefaultValueFactory = _ => 2 };
    private readonly Option<string?> _shift = new("--shift") { Description = $"A shift of each site's features: {string.Join(", ", FeatureShift.Kinds)}.", HelpName = "kind" };
    private readonly Option<string?> _picture = new("--picture") { Description = "An SVG file to draw who got what into.", HelpName = "file" };

    private PartitionOptions()
    {
    }

    /// <summary>Adds the options to a command.</summary>
    public static PartitionOptions Of(Command command)
    {
        PartitionOptions options = new();
        foreach (Option option in (Option[])[options._partition, options._alpha, options._minSize, options._selfBalancing, options._shards, options._classes, options._shift, options._picture])
        {
            command.Options.Add(option);
        }

        return options;
    }

    /// <summary>The partitioner asked for, or null.</summary>
    public Partitioner? Partitioner(ParseResult arguments)
    {
        try
        {
            return arguments.GetValue(_partition) switch
            {
                null => null,
                "iid" => new IidPartitioner(),
                "dirichlet" => new DirichletPartitioner(Alpha(arguments), arguments.GetValue(_minSize), arguments.GetValue(_selfBalancing)),
                "quantity" => new QuantityPartitioner(Alpha(arguments)[0], arguments.GetValue(_minSize)),
                "shards" => new ShardPartitioner(arguments.GetValue(_shards)),
                "classes" => new ClassesPartitioner(arguments.GetValue(_classes)),
                string other => throw CommandFailure.Usage($"--partition is \"{other}\": it must be iid, dirichlet, quantity, shards or classes."),
            };
        }
        catch (ArgumentException exception)
        {
            throw CommandFailure.Usage(exception.Message.Split(" (Parameter")[0]);
        }
    }

    /// <summary>The shift asked for, or null.</summary>
    public string? Shift(ParseResult arguments) => arguments.GetValue(_shift) is not { } kind || FeatureShift.Kinds.Contains(kind)
        ? arguments.GetValue(_shift)
        : throw CommandFailure.Usage($"--shift is \"{kind}\": it must be {string.Join(", ", FeatureShift.Kinds)}.");

    /// <summary>The file for a picture, or null.</summary>
    public string? Picture(ParseResult arguments) => arguments.GetValue(_picture);

    private double[] Alpha(ParseResult arguments)
    {
        string text = arguments.GetRequiredValue(_alpha);
        return [.. text.Split(',', StringSplitOptions.TrimEntries).Select(part => double.TryParse(part, CultureInfo.InvariantCulture, out double value) && value > 0
            ? value
            : throw CommandFailure.Usage($"--alpha is \"{text}\": it must be a number over 0, or one for each class, separated by commas."))];
    }
}
