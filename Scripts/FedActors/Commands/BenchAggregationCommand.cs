using System.CommandLine;
using System.Globalization;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Measuring;
using FedActors.Scripts.Measuring.Aggregation;

namespace FedActors.Scripts.Commands;

/// <summary><c>bench aggregation</c>: the rules beside NumPy.</summary>
internal static class BenchAggregationCommand
{
    private const int UsualParameters = 1_000_000;
    private const int MaxParameters = 10_000_000;

    private static readonly TimeSpan UsualDuration = TimeSpan.FromSeconds(20);

    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "aggregation",
            "Measures the mean, the trimmed mean and multi-Krum beside NumPy in the same run.",
            new Example("fedactors bench aggregation", "medians and ratios as a table; a ratio below 1 is faster than NumPy"),
            new Example("fedactors bench aggregation --parameters 10000 -o json", "for a small model"));
        Option<int> parameters = RangedOption.Of(command, "--parameters", "Numbers in each update.", UsualParameters, 1, MaxParameters);
        Option<TimeSpan> duration = BenchCommand.Duration(command, UsualDuration);
        Option<int> repetitions = BenchCommand.Repetitions(command);
        runner.Bind(command, async (context, stopping) =>
        {
            int count = context.Arguments.GetValue(parameters);
            PythonRival? numPy = await PythonRival.TryStartAsync("reduction.py", [$"{ReductionSet.Updates}", count.ToString(CultureInfo.InvariantCulture)], stopping).ConfigureAwait(false);
            try
            {
                var set = new ReductionSet(count);
                var runs = new InterleavedRuns(context.Arguments.GetValue(repetitions), context.Arguments.GetValue(duration));
                return await BenchCommand.MeasureAsync(
                    context, "aggregation", runs, set.Comparisons(numPy, context.Time), Notes(count, numPy is not null, set), stopping).ConfigureAwait(false);
            }
            finally
            {
                if (numPy is not null)
                {
                    await numPy.DisposeAsync().ConfigureAwait(false);
                }
            }
        });
        return command;
    }

    private static IReadOnlyList<string> Notes(int parameters, bool numPy, ReductionSet set) =>
    [
        $"Updates of {parameters:N0} float32. Ours includes the inspection for what is not finite; the mean is exact, in any order of arrival.",
        string.Create(CultureInfo.InvariantCulture, $"A mean of updates that come one by one takes {set.MemoryOfStream(20) / 1e6:0.0} MB of its own after 20 of them and {set.MemoryOfStream(ReductionSet.Updates) / 1e6:0.0} MB after {ReductionSet.Updates}, beside the eight updates that it holds at most."),
        numPy
            ? "raw one reading: what memory allows, each update read once by all cores; raw sums read and written: the same, where each update meets the 16 bytes a parameter of the exact sums in memory. Otherwise raw: NumPy on float32. Means add in cache-sized blocks; the trimmed mean is np.partition; Krum's distances are np.linalg.norm of differences, one row of the matrix, times what every pair once takes of such rows."
            : "There is no raw: install Python with NumPy, or name one in FEDACTORS_PYTHON.",
    ];
}
