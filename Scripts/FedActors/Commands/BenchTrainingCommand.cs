using System.CommandLine;
using System.Globalization;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Measuring;
using FedActors.Scripts.Measuring.Training;

namespace FedActors.Scripts.Commands;

/// <summary><c>bench training</c>: the models beside PyTorch.</summary>
internal static class BenchTrainingCommand
{
    private const int UsualExamples = 3_200;
    private const int MaxExamples = 100_000;

    private static readonly TimeSpan UsualDuration = TimeSpan.FromSeconds(30);

    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "training",
            "Measures a step of softmax, and epochs of a perceptron and a convolutional network, beside PyTorch in the same run, each on one thread.",
            new Example("fedactors bench training", "medians and ratios as a table; a ratio below 1 is faster than PyTorch"),
            new Example("fedactors bench training --examples 60000 --repetitions 3 --duration 5m", "epochs as long as MNIST's"));
        Option<int> examples = RangedOption.Of(command, "--examples", "Examples of an epoch.", UsualExamples, TrainingSet.Batch, MaxExamples);
        Option<TimeSpan> duration = BenchCommand.Duration(command, UsualDuration);
        Option<int> repetitions = BenchCommand.Repetitions(command);
        Option<string?> only = BenchCommand.Only(command);
        runner.Bind(command, async (context, stopping) =>
        {
            int count = context.Arguments.GetValue(examples);
            PythonRival? torch = await PythonRival.TryStartAsync(
                "torch_training.py", [count.ToString(CultureInfo.InvariantCulture), TrainingSet.Batch.ToString(CultureInfo.InvariantCulture)], stopping).ConfigureAwait(false);
            try
            {
                var runs = new InterleavedRuns(context.Arguments.GetValue(repetitions), context.Arguments.GetValue(duration));
                IReadOnlyList<Comparison> comparisons = BenchCommand.Chosen(new TrainingSet(count).Comparisons(torch, context.Time), context.Arguments.GetValue(only));
                return await BenchCommand.MeasureAsync(context, "training", runs, comparisons, Notes(count, torch is not null), stopping).ConfigureAwait(false);
            }
            finally
            {
                if (torch is not null)
                {
                    await torch.DisposeAsync().ConfigureAwait(false);
                }
            }
        });
        return command;
    }

    private static IReadOnlyList<string> Notes(int examples, bool torch) =>
    [
        $"Epochs over {examples:N0} examples in batches of {TrainingSet.Batch}, by plain gradient descent, on one thread.",
        torch
            ? "raw: PyTorch on float32 with torch.set_num_threads(1), rows gathered by index."
            : "There is no raw: install Python with PyTorch, or name one in FEDACTORS_PYTHON.",
    ];
}
