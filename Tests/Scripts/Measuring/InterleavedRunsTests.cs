using System.Text.Json.Nodes;
using FedActors.Scripts.Measuring;

namespace FedActors.Tests.Scripts.Measuring;

public sealed class InterleavedRunsTests
{
    private static readonly Quantity Rate = new("rate", "messages/s", Better.Higher) { Scale = 1e6, ScaledUnit = "M/s" };
    private static readonly Quantity Wait = new("wait", "us", Better.Lower);

    private readonly List<string> _order = [];

    [Fact]
    public async Task Measure_SharedRaw_IsMeasuredOnceARepetitionAndTurnsAlternate()
    {
        var raw = new Counted("raw", _order);
        Comparison[] comparisons = [new("a", [Rate], new Counted("a", _order), raw), new("b", [Rate], new Counted("b", _order), raw)];

        await new InterleavedRuns(1, TimeSpan.FromSeconds(12)).MeasureAsync(comparisons, CancellationToken.None);

        _order.Should().Equal("raw 1", "a 1", "b 1", "b 1", "a 1", "raw 1", "raw 1", "a 1", "b 1", "b 1", "a 1", "raw 1");
    }

    /// <summary>The first three rounds are warm-up: their figures are in no row.</summary>
    [Fact]
    public async Task Measure_SeveralQuantities_GivesARowForEachWithRatiosByRepetition()
    {
        var ours = new Counted("ours", _order, run => [2 * run, 30 * run]);
        var raw = new Counted("raw", _order, run => [run, 10]);

        IReadOnlyList<MeasuredRow> rows = await new InterleavedRuns(3, TimeSpan.FromSeconds(1)).MeasureAsync([new("x", [Rate, Wait], ours, raw)], CancellationToken.None);

        rows.Select(row => row.Quantity).Should().Equal(Rate, Wait);
        rows[0].Ours.Figures.Should().Equal(8, 10, 12);
        rows[0].Ratio!.Figures.Should().Equal(2, 2, 2);
        rows[1].Raw!.Median.Should().Be(10);
        rows[1].Ratio!.Figures.Should().Equal(12, 15, 18);
    }

    /// <summary>A target may be of the figure or of its ratio to raw, and more or less of it may be better.</summary>
    [Theory]
    [InlineData(2e6, false, true, "2.00, met")]
    [InlineData(3e6, false, false, "3.00, missed")]
    [InlineData(0.5, true, true, "0.50 of raw, met")]
    [InlineData(0.6, true, false, "0.60 of raw, missed")]
    public async Task Table_RowWithATarget_SaysWhetherTheMedianMeetsIt(double figure, bool ofRatio, bool met, string words)
    {
        var runs = new InterleavedRuns(1, TimeSpan.FromSeconds(1));
        Quantity more = Rate with { Target = new Target(figure, ofRatio) };
        Quantity less = more with { Better = Better.Lower };
        Comparison[] comparisons = [new("tell", [more, less, Wait], new Counted("ours", _order, _ => [2.5e6, 2.5e6, 1]), new Counted("raw", _order, _ => [5e6, 5e6, 1]))];
        var table = new MeasuredTable("runtime", await runs.MeasureAsync(comparisons, CancellationToken.None), runs, []);
        var text = new StringWriter();

        table.Write(text);
        JsonNode rows = JsonNode.Parse(table.Json().ToJsonString())!["rows"]!;

        text.ToString().Split('\n')[2].TrimEnd().Should().EndWith(words);
        rows[0]!["target"]!["met"]!.GetValue<bool>().Should().Be(met);
        rows[0]!["target"]!["of"]!.GetValue<string>().Should().Be(ofRatio ? "ratio" : "ours");
        rows[1]!["target"]!["met"]!.GetValue<bool>().Should().Be(!met || figure == 0.5, "half is what it is");
        rows[2]!["target"].Should().BeNull();
    }

    [Fact]
    public async Task Table_RowsWithAndWithoutRaw_AreWrittenForPeopleAndPrograms()
    {
        var runs = new InterleavedRuns(1, TimeSpan.FromSeconds(1));
        Comparison[] comparisons =
        [
            new("tell", [Rate], new Counted("ours", _order, _ => [2_500_000]), new Counted("raw", _order, _ => [5_000_000])),
            new("ask", [Wait], new Counted("alone", _order, _ => [12.34]), null),
        ];
        var table = new MeasuredTable("mailbox", await runs.MeasureAsync(comparisons, CancellationToken.None), runs, ["A note."]);
        var text = new StringWriter();

        table.Write(text);
        JsonNode json = JsonNode.Parse(table.Json().ToJsonString())!;

        text.ToString().Should().MatchRegex(@"tell, rate +M/s +2\.50 +\(2\.50 to 2\.50\) +5\.00 +\(5\.00 to 5\.00\) +0\.50")
            .And.MatchRegex(@"ask, wait +us +12\.3 +\(12\.3 to 12\.3\) +- +-").And.Contain("A note.");
        json["rows"]![0]!["ours"]!["median"]!.GetValue<double>().Should().Be(2_500_000);
        json["rows"]![0]!["better"]!.GetValue<string>().Should().Be("higher");
        json["rows"]![1]!["raw"].Should().BeNull();
    }

    /// <summary>Writes down each run with its share of the time in seconds, and counts its runs.</summary>
    private sealed class Counted(string name, List<string> order, Func<int, double[]>? figures = null) : Workload
    {
        private int _runs;

        public override Task<double[]> RunAsync(TimeSpan time, CancellationToken cancellationToken)
        {
            order.Add($"{name} {time.TotalSeconds:0}");
            return Task.FromResult(figures is null ? [1] : figures(++_runs));
        }
    }
}
