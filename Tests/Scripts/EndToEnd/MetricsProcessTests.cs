using System.Net;
using System.Net.Sockets;
using System.Text;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.EndToEnd;

/// <summary>The instruments of running processes, read as a monitoring tool does.</summary>
public sealed class MetricsProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _client = new();

    public void Dispose()
    {
        _client.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Federation_InProcessesOfItsOwn_ServesWhatEachMeasures()
    {
        await using BuiltProgram provider = Start("start", "provider", "--port", "0", "--workers", "1", "--rounds", "1000000", "--epochs", "1", "--set", "Participation:MinWorkers=1");
        Uri of = await UrlAsync(provider);
        string address = $"127.0.0.1:{await PortAsync(provider)}";
        await using BuiltProgram aggregator = Start("start", "aggregator", "--provider", address);
        await using BuiltProgram evaluator = Start("start", "evaluator", "--provider", address);
        await using BuiltProgram worker = Start("start", "worker", "--site", "A", "--provider", address);
        Uri there = await UrlAsync(worker);
        await provider.EventAsync("round");

        PrometheusPage drives = await ReadAsync(of);
        PrometheusPage trains = await ReadAsync(there);

        drives.Value("fedactors_round_duration_seconds_count", "node=\"provider\"").Should().BePositive();
        drives.Value("fedactors_message_duration_seconds_count", "node=\"provider\"", "message=\"ModelUpdate\"").Should().BePositive();
        // A round may be committed without an evaluator that is slow to start.
        await Eventually.TrueAsync(async () => (drives = await ReadAsync(of)).Value("fedactors_nodes", "node=\"provider\"") == 3);
        drives.Labels("fedactors_remote_queued_bytes").Should().Equal(
            "node=\"provider\",to=\"aggregator\"", "node=\"provider\",to=\"evaluator\"", "node=\"provider\",to=\"worker-A\"");
        drives.Types.Keys.Should().Contain("dotnet_process_cpu_time_seconds_total");
        trains.Value("fedactors_message_queue_time_seconds_count", "node=\"worker-A\"", "message=\"TrainRequest\"").Should().BePositive();
        trains.Value("fedactors_bytes_sent_total", "node=\"worker-A\"").Should().BePositive();
    }

    [Theory]
    [InlineData("start", "provider", "--port", "0")]
    [InlineData("start", "peer", "--site", "A", "--port", "0")]
    [InlineData("start", "reporter", "--port", "0", "--no-http")]
    [InlineData("run", "--rounds", "1000000")]
    [InlineData("run", "--mode", "gossip", "--rounds", "1000000")]
    public async Task Process_WithAReaderThatDoesNotFinish_EndsWhenItIsTold(params string[] command)
    {
        await using BuiltProgram process = Start(command);
        Uri url = await UrlAsync(process);
        await Eventually.TrueAsync(async () => (await ReadAsync(url)).Types.ContainsKey("fedactors_actors"), "the page is there before the node is");
        using var slow = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await slow.ConnectAsync(IPAddress.Loopback, url.Port);
        await slow.SendAsync(Encoding.ASCII.GetBytes("GET /metrics HTTP/1.1\r\nHost: "));

        process.Signal("INT");

        (await process.EndAsync()).Should().BeOneOf([0, 1], process.Error);
        process.Out.Should().Contain("\"exit_code\":", "it ends in order, with a result");
        process.Error.Should().NotContain("Exception");
    }

    [Fact]
    public async Task Process_PortInUse_GoesOnWithout()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        int port = ((IPEndPoint)taken.LocalEndPoint!).Port;

        CommandLineRun run = await BuiltProgram.RunAsync(_folder.Path, "run", "--rounds", "1", "--epochs", "1", "--set", $"Metrics:Port={port}", "-o", "json");

        run.ExitCode.Should().Be(0);
        run.Error.Should().Contain($"warning: The metrics cannot be served on 127.0.0.1:{port}").And.Contain("run goes on without.");
    }

    private async Task<PrometheusPage> ReadAsync(Uri url)
    {
        using HttpResponseMessage response = await _client.GetAsync(url).Limit();
        response.Content.Headers.ContentType!.ToString().Should().Be("text/plain; version=0.0.4; charset=utf-8");
        return PrometheusPage.Parse(await response.Content.ReadAsStringAsync());
    }

    private static async Task<Uri> UrlAsync(BuiltProgram process) => new((await process.EventAsync("metrics"))["url"]!.GetValue<string>());

    private static async Task<int> PortAsync(BuiltProgram process) => (await process.EventAsync("listening"))["port"]!.GetValue<int>();

    private BuiltProgram Start(params string[] command) => BuiltProgram.Start(_folder.Path, [.. command, "--set", "Metrics:Port=0", "-o", "jsonl"]);
}
