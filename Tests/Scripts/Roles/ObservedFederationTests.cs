using System.Diagnostics;
using System.Text.Json.Nodes;
using FedActors.Scripts.Cli;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.Roles;

/// <summary>The roles as their commands start them, all in this process, and listeners that know public names alone.</summary>
public sealed class ObservedFederationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CancellationTokenSource _stopping = new();

    public void Dispose()
    {
        _stopping.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Round_OfFourNodes_IsOneTraceAndItsMessagesAreMeasuredByType()
    {
        using var spans = new RecordedSpans();
        using var measurements = new RecordedMeasurements("provider", "worker-A", "aggregator", "evaluator");
        var listening = new TaskCompletionSource<int>();
        var finished = new TaskCompletionSource<string>();
        Task<int> provider = Start(
            line =>
            {
                JsonNode told = JsonNode.Parse(line)!;
                if (told["event"]?.GetValue<string>() == "listening")
                {
                    listening.TrySetResult(told["data"]!["port"]!.GetValue<int>());
                }
                else if (told["data"]?["run_id"]?.GetValue<string>() is { } run)
                {
                    finished.TrySetResult(run);
                }
            },
            "start", "provider", "--port", "0", "--workers", "1", "--rounds", "2", "--epochs", "1", "--set", "Participation:MinWorkers=1");
        string address = $"127.0.0.1:{await listening.Task.Limit()}";
        Task<int>[] members =
        [
            Start(static _ => { }, "start", "aggregator", "--provider", address),
            Start(static _ => { }, "start", "evaluator", "--provider", address),
            Start(static _ => { }, "start", "worker", "--site", "A", "--provider", address),
        ];

        (await Task.WhenAll([provider, .. members]).Limit()).Should().AllBeEquivalentTo(0);

        string run = await finished.Task.Limit();
        Activity round = spans.Ended.Should().ContainSingle(span => span.DisplayName == "round" && run.Equals(span.GetTagItem("run")) && 2.Equals(span.GetTagItem("round"))).Subject;
        round.ParentSpanId.Should().Be(default(ActivitySpanId), "a run is not one endless trace");
        Activity[] trace = [.. spans.Ended.Where(span => span.TraceId == round.TraceId)];
        Way(trace, "receive AggregatedResult").Should().Equal(
            "provider: receive AggregatedResult", "aggregator: receive CloseRound", "provider: receive ModelUpdate", "worker-A: receive TrainingEnded", "worker-A: receive TrainRequest", "round");
        Way(trace, "receive EvaluationResult")[..4].Should().Equal("provider: receive EvaluationResult", "evaluator: receive Answer", "evaluator: receive EvaluateModel", "provider: receive AggregatedResult");
        trace.Should().OnlyContain(span => span.Status == ActivityStatusCode.Unset);
        foreach (string instrument in new[] { "fedactors.message.duration", "fedactors.message.queue_time" })
        {
            measurements.Of(instrument).Where(measured => measured.Value >= 0).Select(measured => (measured.Node, measured.Tags["message"])).Should()
                .Contain([("worker-A", "TrainRequest"), ("provider", "ModelUpdate"), ("aggregator", "CloseRound"), ("evaluator", "EvaluateModel")]);
        }
    }

    /// <summary>A span and those above it, with their nodes.</summary>
    private static string[] Way(Activity[] trace, string name)
    {
        var way = new List<string>();
        for (Activity? span = trace.Single(span => span.DisplayName == name); span is not null; span = trace.SingleOrDefault(above => above.SpanId == span.ParentSpanId))
        {
            way.Add(span.GetTagItem("actor") is string actor ? $"{actor.Split('/')[0]}: {span.DisplayName}" : span.DisplayName);
        }

        return [.. way];
    }

    private Task<int> Start(Action<string> onLine, params string[] arguments)
    {
        var terminal = new Terminal { Out = TextWriter.Synchronized(new LineWriter(onLine)), Error = TextWriter.Null, IsInteractive = false, Environment = new Dictionary<string, string>() };
        return new FedActorsCommandLine(terminal, TimeProvider.System).RunAsync([.. arguments, "--set", $"Storage:Path={_folder["storage"]}", "-o", "jsonl"], _stopping.Token);
    }
}
