using System.Text.Json.Nodes;
using FedActors.Scripts.Processes;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.EndToEnd;

/// <summary>The built executable as processes of this machine: what no test within one process can show.</summary>
public sealed class ProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Up_OverTcpAndOverTls_GivesTheSameModelAsOneProcess()
    {
        string[] rules = ["--rounds", "5", "--epochs", "1", "-o", "json"];
        CommandLineRun alone = await Run(["run", .. rules]);
        CommandLineRun tcp = await Run(["up", "coordinated", "--port", "0", "--new", .. rules]);
        await Run("cert", "generate");
        CommandLineRun tls = await Run(
        [
            "up", "coordinated", "--port", "0", "--new", .. rules, "--set", "Transport:Tls:Mode=mutual", "--set", "Transport:Tls:Certificate=certs/node.pem",
            "--set", "Transport:Tls:Key=certs/node.key", "--set", "Transport:Tls:Authority=certs/ca.pem",
        ]);

        alone.ExitCode.Should().Be(0, alone.Error);
        tcp.ExitCode.Should().Be(0, tcp.Error);
        tls.ExitCode.Should().Be(0, tls.Error);
        Hash(tcp).Should().Be(Hash(alone));
        Hash(tls).Should().Be(Hash(alone));
    }

    /// <summary>Whoever is to be killed was asked of <c>ps</c>, which could take longer than all rounds.</summary>
    [Fact]
    public async Task Up_ProviderAndAWorkerKilled_RunGoesOnToItsLastRound()
    {
        await using BuiltProgram up = Up("--rounds", "300", "--epochs", "20", "--set", "Participation:RoundTimeout=10s");
        await up.EventAsync("round");
        BuiltProgram.Signal(ProcessOf("provider"), "KILL");
        (await up.EventAsync("started"))["data"]!["committed_rounds"]!.GetValue<int>().Should().BePositive();
        await up.EventAsync("round");
        BuiltProgram.Signal(ProcessOf("worker-B"), "KILL");

        (await up.EndAsync()).Should().Be(0, up.Error);

        JsonNode data = Result(up)["data"]!;
        data["committed_rounds"]!.GetValue<int>().Should().Be(300);
        data["restarts"]!.GetValue<int>().Should().BeGreaterThanOrEqualTo(1);
        CommandLineRun show = await Run("runs", "show", "-o", "json");
        show.Json["data"]!["round_list"]!.AsArray().Select(r => r!["round"]!.GetValue<int>()).Should().Equal(Enumerable.Range(1, 300));
    }

    [Fact]
    public async Task Up_LauncherKilled_ChildrenEndAndTheRunCanGoOn()
    {
        await using BuiltProgram up = Up("--rounds", "1000000", "--epochs", "1");
        await up.EventAsync("round");
        LedgerEntry[] children = [.. new ProcessLedger(_folder["storage"]).Read()!.Children];

        up.Kill();

        children.Should().HaveCount(7);
        foreach (LedgerEntry child in children)
        {
            using System.Diagnostics.Process? process = child.Process.Open();
            if (process is not null)
            {
                await process.WaitForExitAsync().WaitAsync(Eventually.Limit, TimeProvider.System);
            }
        }

        CommandLineRun list = await Run("runs", "list", "-o", "json");
        list.Json["data"]!["runs"]![0]!["status"]!.GetValue<string>().Should().Be("interrupted");
        (await Run("down")).ExitCode.Should().Be(0);
    }

    [Fact]
    public async Task Up_Terminated_PutsEverythingAwayAndEndsWithZero()
    {
        await using BuiltProgram up = Up("--rounds", "1000000", "--epochs", "1");
        await up.EventAsync("round");
        LedgerEntry[] children = [.. new ProcessLedger(_folder["storage"]).Read()!.Children];

        up.Signal("TERM");

        (await up.EndAsync()).Should().Be(0, up.Error);
        children.Should().OnlyContain(c => !c.Process.IsAlive());
        new ProcessLedger(_folder["storage"]).Read().Should().BeNull();
    }

    [Fact]
    public async Task Up_Detached_IsShownByPsAndStoppedByDown()
    {
        CommandLineRun up = await Run("up", "coordinated", "--port", "0", "--detach", "--rounds", "1000000", "-o", "json");
        up.ExitCode.Should().Be(0, up.Error);
        CommandLineRun ps = await Run("ps", "-o", "json");
        CommandLineRun second = await Run("up", "coordinated", "--port", "0", "-o", "json");
        CommandLineRun down = await Run("down", "-o", "json");
        CommandLineRun after = await Run("ps", "-o", "json");

        JsonArray processes = ps.Json["data"]!["processes"]!.AsArray();
        processes.Select(p => p!["name"]!.GetValue<string>()).Should().Contain(["up", "provider"]);
        processes.Should().OnlyContain(p => p!["alive"]!.GetValue<bool>());
        up.Json["data"]!["provider"]!.GetValue<string>().Should().MatchRegex(@"^127\.0\.0\.1:\d+$");
        second.Json["error_code"]!.GetValue<string>().Should().Be("already_up");
        down.Json["data"]!["stopped"]!.AsArray().Count.Should().BeGreaterThanOrEqualTo(2);
        down.Json["data"]!["killed"]!.AsArray().Should().BeEmpty();
        after.Json["data"]!["processes"]!.AsArray().Should().BeEmpty();
    }

    [Fact]
    public async Task Up_PortInUse_NamesItAndEnds()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        int port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;

        CommandLineRun up = await Run("up", "coordinated", "--port", $"{port}", "-o", "json");

        up.ExitCode.Should().Be(2);
        up.Json["error_code"]!.GetValue<string>().Should().Be("port_in_use");
        up.Error.Should().Contain($"{port}");
    }

    [Fact]
    public async Task StartWorker_OnlyDialling_TakesPartWithoutAPort()
    {
        await using BuiltProgram provider = BuiltProgram.Start(_folder.Path, "start", "provider", "--port", "0", "--workers", "1", "--rounds", "2", "--epochs", "1", "-o", "jsonl");
        string address = $"127.0.0.1:{(await provider.EventAsync("listening"))["port"]}";
        Task<CommandLineRun>[] members =
        [
            Run("start", "aggregator", "--provider", address, "-o", "json"),
            Run("start", "evaluator", "--provider", address, "-o", "json"),
            Run("start", "worker", "--site", "A", "--id", "hospital", "--provider", address, "-o", "json"),
        ];

        (await provider.EndAsync()).Should().Be(0, provider.Error);

        Result(provider)["data"]!["committed_rounds"]!.GetValue<int>().Should().Be(2);
        provider.Out.Should().Contain("\"worker\":\"hospital\"");
        foreach (CommandLineRun member in await Task.WhenAll(members))
        {
            member.ExitCode.Should().Be(0, member.Error);
            member.Out.Should().NotContain("listening");
            member.Json["data"]!["outcome"]!.GetValue<string>().Should().Be("finished");
        }
    }

    [Theory]
    [InlineData("provider", "--provider")]
    [InlineData("combiner", "--combiners")]
    public async Task StartWorker_NobodyThere_SaysWhyWhenItsTimeIsOver(string above, string option)
    {
        CommandLineRun run;
        int seconds = 1;
        do
        {
            // On a slow machine the time is over before it has dialled at all, and there is nothing to say.
            run = await Run("start", "worker", "--site", "A", option, "127.0.0.1:1", "--timeout", $"{seconds}s");
            seconds *= 3;
        }
        while (!run.Error.Contains("is not connected:") && seconds < Eventually.Limit.TotalSeconds / 2);

        run.ExitCode.Should().Be(3);
        run.Error.Should().Contain($"The {above} at 127.0.0.1:1 is not connected: Nobody listens on 127.0.0.1:1");
    }

    [Fact]
    public async Task StartWorker_ModelDoesNotFit_IsRefusedWithBothShapes()
    {
        await using BuiltProgram provider = BuiltProgram.Start(_folder.Path, "start", "provider", "--port", "0", "-o", "jsonl");
        string address = $"127.0.0.1:{(await provider.EventAsync("listening"))["port"]}";
        FedActors.FL.Data.NpzWriter.Write(_folder["small.npz"],
        [
            new("X", FedActors.FL.Data.NpyArray.Of(new float[] { 1, 2, 3, 4, 5, 6, 7, 8 }, 4, 2)),
            new("y", FedActors.FL.Data.NpyArray.Of(new long[] { 0, 1, 0, 1 }, 4)),
        ]);
        FedActors.FL.Data.Preparation.DataSplit.Split(_folder["small.npz"], _folder["small"], new FedActors.FL.Data.Preparation.SplitOptions { Sites = 1, HoldOut = 0 });

        CommandLineRun run = await Run("start", "worker", "--site", "A", "--data", "small", "--provider", address, "-o", "json");

        run.ExitCode.Should().Be(2);
        run.Json["error_code"]!.GetValue<string>().Should().Be("refused");
        run.Error.Should().Contain("36").And.Contain("2");
    }

    [Fact]
    public async Task Run_TerminatedTwice_EndsAtOnce()
    {
        await using BuiltProgram run = BuiltProgram.Start(_folder.Path, "run", "--rounds", "1000000", "-o", "jsonl");
        await run.EventAsync("round");

        run.Signal("TERM");
        run.Signal("INT");

        (await run.EndAsync()).Should().Be(1);
    }

    private BuiltProgram Up(params string[] more) => BuiltProgram.Start(_folder.Path, ["up", "coordinated", "--port", "0", "-o", "jsonl", .. more]);

    private Task<CommandLineRun> Run(params string[] arguments) => BuiltProgram.RunAsync(_folder.Path, arguments);

    private int ProcessOf(string name) => new ProcessLedger(_folder["storage"]).Read()!.Children.Single(child => child.Name == name).Process.Id;

    private static JsonObject Result(BuiltProgram program) => JsonNode.Parse(program.Out.TrimEnd('\n').Split('\n')[^1])!.AsObject();

    private static string Hash(CommandLineRun run) => run.Json["data"]!["parameter_hash"]!.GetValue<string>();
}
