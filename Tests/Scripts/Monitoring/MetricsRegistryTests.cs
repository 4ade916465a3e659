using System.Diagnostics.Metrics;
using FedActors.Scripts.Monitoring;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.Monitoring;

public sealed class MetricsRegistryTests : IDisposable
{
    private readonly Meter _meter = new(new MeterOptions($"test-{Guid.CreateVersion7():N}") { Tags = [new("node", "A")] });
    private readonly MetricsRegistry _registry;

    public MetricsRegistryTests() => _registry = new MetricsRegistry(name => name == _meter.Name);

    public void Dispose()
    {
        _registry.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public void Page_EachKindOfInstrument_IsWhatTheFormatSays()
    {
        Counter<long> counter = _meter.CreateCounter<long>("fed.bytes.sent", "By", "Bytes, as\nthey \\ are.");
        counter.Add(3, new KeyValuePair<string, object?>("reason", "say \"no\"\\\n, or yes"));
        counter.Add(4, new KeyValuePair<string, object?>("reason", "say \"no\"\\\n, or yes"));
        counter.Add(5, new KeyValuePair<string, object?>("error.type", null));
        _meter.CreateUpDownCounter<int>("fed.open").Add(-2);
        _meter.CreateObservableGauge("fed.depth", () => new[] { new Measurement<double>(0.25, new KeyValuePair<string, object?>("to", "B")), new Measurement<double>(7) }, "{message}");
        _meter.CreateObservableCounter("fed.time", () => 1.5, "s");
        Histogram<double> histogram = _meter.CreateHistogram("fed.duration", "s", "How long.", [], new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        foreach (double seconds in new[] { 0.05, 0.1, 0.5, 20 })
        {
            histogram.Record(seconds, new KeyValuePair<string, object?>("message", "Ping"));
        }

        string text = Page();

        PrometheusPage.Parse(text);
        text.Should().Be(
            """
            # HELP fed_bytes_sent_total Bytes, as\nthey \\ are.
            # TYPE fed_bytes_sent_total counter
            fed_bytes_sent_total{error_type="",node="A"} 5
            fed_bytes_sent_total{node="A",reason="say \"no\"\\\n, or yes"} 7
            # HELP fed_depth 
            # TYPE fed_depth gauge
            fed_depth{node="A"} 7
            fed_depth{node="A",to="B"} 0.25
            # HELP fed_duration_seconds How long.
            # TYPE fed_duration_seconds histogram
            fed_duration_seconds_bucket{message="Ping",node="A",le="0.1"} 2
            fed_duration_seconds_bucket{message="Ping",node="A",le="1"} 3
            fed_duration_seconds_bucket{message="Ping",node="A",le="+Inf"} 4
            fed_duration_seconds_sum{message="Ping",node="A"} 20.65
            fed_duration_seconds_count{message="Ping",node="A"} 4
            # HELP fed_open 
            # TYPE fed_open gauge
            fed_open{node="A"} -2
            # HELP fed_time_seconds_total 
            # TYPE fed_time_seconds_total counter
            fed_time_seconds_total{node="A"} 1.5

            """);
    }

    [Fact]
    public void Observed_WhatIsGone_IsNamedNoMoreAndNothingIsAddedTwice()
    {
        string[] nodes = ["B", "C"];
        _meter.CreateObservableGauge("fed.queued", () => nodes.Select(node => new Measurement<long>(1, new KeyValuePair<string, object?>("to", node))));
        _meter.CreateObservableCounter("fed.messages", () => 10);
        Page();
        nodes = ["C"];

        PrometheusPage page = PrometheusPage.Parse(Page());

        page.Labels("fed_queued").Should().Equal("node=\"A\",to=\"C\"");
        page.Value("fed_messages_total").Should().Be(10);
    }

    [Fact]
    public void Tags_WithoutEnd_AreBoundedAndNothingIsLost()
    {
        Counter<long> counter = _meter.CreateCounter<long>("fed.refused");
        for (int i = 0; i < 10 * MeasuredInstrument.MaxSeries; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("name", i));
        }

        PrometheusPage page = PrometheusPage.Parse(Page());

        page.Labels("fed_refused_total").Should().HaveCount(MeasuredInstrument.MaxSeries + 1);
        page.Value("fed_refused_total", "otel_metric_overflow=\"true\"").Should().Be(9 * MeasuredInstrument.MaxSeries);
    }

    [Fact]
    public void Meter_ThatEnded_LeavesThePage()
    {
        using var other = new Meter(new MeterOptions(_meter.Name) { Tags = [new("node", "B")] });
        _meter.CreateCounter<long>("fed.messages").Add(1);
        other.CreateCounter<long>("fed.messages").Add(2);
        string both = Page();
        other.Dispose();

        PrometheusPage.Parse(both).Labels("fed_messages_total").Should().Equal("node=\"A\"", "node=\"B\"");
        PrometheusPage.Parse(Page()).Labels("fed_messages_total").Should().Equal("node=\"A\"");
    }

    [Fact]
    public void Observed_OneFails_LeavesOutNoOther()
    {
        _meter.CreateObservableGauge("fed.broken", new Func<long>(static () => throw new ObjectDisposedException("a store")));
        _meter.CreateObservableGauge("fed.whole", () => 1);

        PrometheusPage page = PrometheusPage.Parse(Page());

        page.Types.Keys.Should().Equal("fed_whole");
    }

    [Fact]
    public void Tags_InAnotherOrder_AreOneSeries()
    {
        Counter<long> counter = _meter.CreateCounter<long>("fed.refused");
        counter.Add(1, new KeyValuePair<string, object?>("a", 1), new KeyValuePair<string, object?>("b", 2));
        counter.Add(2, new KeyValuePair<string, object?>("b", 2), new KeyValuePair<string, object?>("a", 1));

        PrometheusPage.Parse(Page()).Value("fed_refused_total").Should().Be(3);
    }

    // Two nodes of one process may bear one name, and an actor's next instance makes its instruments anew: a series twice makes the whole page void.
    [Fact]
    public void Instruments_OfOneNameAndTags_AreOneSeries()
    {
        using var next = new Meter(new MeterOptions(_meter.Name) { Tags = [new("node", "A")] });
        _meter.CreateCounter<long>("fed.messages").Add(1);
        next.CreateCounter<long>("fed.messages").Add(2);

        PrometheusPage.Parse(Page()).Value("fed_messages_total").Should().Be(2);
    }

    [Fact]
    public async Task Measuring_FromManyThreadsWhileItIsRead_LosesNothing()
    {
        Counter<long> counter = _meter.CreateCounter<long>("fed.messages");
        Histogram<double> histogram = _meter.CreateHistogram<double>("fed.duration", "s");
        Task[] measuring = [.. Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (int i = 0; i < 5_000; i++)
            {
                counter.Add(1, new KeyValuePair<string, object?>("thread", thread % 2));
                histogram.Record(i % 3);
            }
        }))];
        do
        {
            PrometheusPage.Parse(Page());
        }
        while (!Task.WhenAll(measuring).IsCompleted);

        await Task.WhenAll(measuring).Limit();
        PrometheusPage page = PrometheusPage.Parse(Page());
        page.Value("fed_messages_total", "thread=\"0\"").Should().Be(10_000);
        page.Value("fed_messages_total", "thread=\"1\"").Should().Be(10_000);
        page.Value("fed_duration_seconds_count").Should().Be(20_000);
    }

    [Theory]
    [InlineData("a", "fed 1\n")]
    [InlineData("b", "# TYPE fed gauge\nfed 1")]
    [InlineData("c", "# TYPE fed gauge\nfed 1\nfed 1\n")]
    [InlineData("d", "# TYPE fed gauge\nfed{a=\"\\x\"} 1\n")]
    [InlineData("e", "# TYPE fed gauge\nfed{a=\"1\",a=\"2\"} 1\n")]
    [InlineData("f", "# TYPE fed histogram\nfed_bucket{le=\"1\"} 2\nfed_bucket{le=\"+Inf\"} 1\nfed_sum 1\nfed_count 1\n")]
    [InlineData("g", "# TYPE fed counter\nfed -1\n")]
    public void PrometheusPage_NotOfTheFormat_IsRefused(string fault, string text) =>
        FluentActions.Invoking(() => PrometheusPage.Parse(text)).Should().Throw<FormatException>(fault);

    private string Page() => PrometheusText.Of(_registry.Collect());
}
