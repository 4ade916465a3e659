using System.CommandLine;
using FedActors.FL.Data;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Measuring.Robustness;

namespace FedActors.Scripts.Commands;

/// <summary><c>bench attacks</c>: what accuracy is left when some sites are malicious.</summary>
internal static class BenchAttacksCommand
{
    private const int UsualRounds = 30;
    private const int UsualSeeds = 3;
    private const int MaxCount = 1000;
    private const string UsualData = "data/digits/digits.npz";

    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "attacks",
            "Measures the accuracy that strategies keep under seven attacks, on 20 sites in memory.",
            new Example("fedactors bench attacks", "the digits, 30 rounds, three seeds"),
            new Example("fedactors bench attacks --first-seed 101 --learning-rate 0.2", "other seeds and settings"),
            new Example("fedactors bench attacks --rounds 5 --seeds 1 -o json", "a quick look"));
        var data = new Option<string>("--data") { Description = "An npz file with X, y, and split: 0 for rows that sites share, 1 for rows that models are scored on.", HelpName = "file", DefaultValueFactory = _ => UsualData };
        Option<int> rounds = RangedOption.Of(command, "--rounds", "Rounds of each trial.", UsualRounds, 1, MaxCount);
        Option<int> seeds = RangedOption.Of(command, "--seeds", "Seeds that accuracies are averaged over.", UsualSeeds, 1, MaxCount);
        var firstSeed = new Option<ulong>("--first-seed") { Description = "The first of the seeds.", HelpName = "seed", DefaultValueFactory = _ => 1 };
        ConfigFlags flags = Flags(command);
        command.Options.Add(firstSeed);
        command.Options.Add(data);
        runner.Bind(command, (context, stopping) =>
        {
            AttackCampaign campaign = Load(context.Arguments.GetRequiredValue(data), context.Arguments.GetValue(rounds), context.Arguments.GetValue(seeds), context.Arguments.GetValue(firstSeed), Settings(context, flags));
            AttackTable table = campaign.Run(AttackScenario.All, stopping);
            return Task.FromResult(new CommandResult { Data = table.Json(), Text = table.Write });
        });
        return command;
    }

    // The settings of a run, by their rules, with other defaults.
    private static ConfigFlags Flags(Command command) => new ConfigFlags()
        .Add(command, "--learning-rate", "step", ConfigKeys.LearningRate)
        .Add(command, "--epochs", "count", ConfigKeys.LocalEpochs)
        .Add(command, "--batch-size", "count", ConfigKeys.BatchSize)
        .Add(command, "--clip-norm", "radius", ConfigKeys.ClipNorm)
        .Add(command, "--pre-aggregation", "none|nnm", ConfigKeys.PreAggregation);

    private static AttackSettings Settings(CommandContext context, ConfigFlags flags)
    {
        ConfigLoad load = context.LoadConfig(flags);
        if (load.Faults.Count > 0)
        {
            throw CommandContext.ConfigFailure(load.Faults);
        }

        AttackSettings usual = new();
        return usual with
        {
            LearningRate = Or(ConfigKeys.LearningRate, usual.LearningRate),
            LocalEpochs = Or(ConfigKeys.LocalEpochs, usual.LocalEpochs),
            BatchSize = Or(ConfigKeys.BatchSize, usual.BatchSize),
            ClipNorm = Or(ConfigKeys.ClipNorm, usual.ClipNorm),
            PreAggregation = Or(ConfigKeys.PreAggregation, usual.PreAggregation),
        };

        T Or<T>(ConfigKey<T> key, T otherwise) => load.Values.IsSet(key) ? load.Values.Get(key) : otherwise;
    }

    private static AttackCampaign Load(string file, int rounds, int seeds, ulong firstSeed, AttackSettings settings)
    {
        try
        {
            using NpzReader reader = NpzReader.Open(file);
            NpyArray examples = reader.Read("X");
            int[] labels = [.. Integers(reader, "y", examples.Shape[0]).Select(label => (int)label)];
            long[] parts = Integers(reader, "split", examples.Shape[0]);
            DataSet all = new(examples.Count / labels.Length, labels.Max() + 1, examples.ToSingles(), labels);
            DataSet train = all.Select([.. Enumerable.Range(0, parts.Length).Where(row => parts[row] == 0)]);
            Standardiser standardiser = FeatureMoments.Of(train).ToStandardiser();
            DataSet test = all.Select([.. Enumerable.Range(0, parts.Length).Where(row => parts[row] != 0)]);
            return new AttackCampaign(standardiser.Apply(train), standardiser.Apply(test), rounds, seeds, firstSeed, settings);
        }
        catch (DataFileException e)
        {
            throw new CommandFailure(ExitCode.InvalidState, "data", e.Message, e);
        }
    }

    private static long[] Integers(NpzReader reader, string name, int rows) =>
        reader.Read(name).TryToIntegers(out long[] values, out int bad) && values.Length == rows
            ? values
            : throw new DataFileException(reader.File, name, $"element {bad} is not a whole number, or there is not one for each of {rows} examples", "Give one whole number for each example.");
}
