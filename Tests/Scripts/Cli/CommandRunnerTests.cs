using System.CommandLine;
using System.Text.Json.Nodes;
using FedActors.Scripts.Cli;
using FedActors.Storage;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.Cli;

/// <summary>What becomes of a command's work at the process's edge.</summary>
public sealed class CommandRunnerTests
{
    private readonly StringWriter _out = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task Body_Succeeds_WritesItsTextOnly()
    {
        int code = await Run((_, _) => Task.FromResult(new CommandResult { Data = 1, Text = o => o.WriteLine("done") }));

        (code, _out.ToString(), _error.ToString()).Should().Be((0, "done\n", string.Empty));
    }

    [Fact]
    public async Task Body_ReportsAFailedResult_KeepsItsDataAndAddsTheMessage()
    {
        int code = await Run((_, _) => Task.FromResult(new CommandResult { Data = new JsonObject { ["run_id"] = "7f3a" }, ExitCode = ExitCode.BelowParticipation, ErrorCode = "below_participation", Message = "Two sites." }), "-o", "json");

        code.Should().Be(5);
        JsonObject json = JsonNode.Parse(_out.ToString())!.AsObject();
        CommandLineTests.Envelope(json).Should().Be((1, "error", 5, "below_participation"));
        json["data"]!["run_id"]!.GetValue<string>().Should().Be("7f3a");
        json["data"]!["message"]!.GetValue<string>().Should().Be("Two sites.");
        _error.ToString().Should().StartWith("fedactors: Two sites.\n");
    }

    [Theory]
    [InlineData(StoreFault.Foreign, "store_foreign")]
    [InlineData(StoreFault.Newer, "store_newer")]
    [InlineData(StoreFault.Corrupt, "store_corrupt")]
    [InlineData(StoreFault.Missing, "store_missing")]
    [InlineData(StoreFault.Busy, "store_busy")]
    [InlineData(StoreFault.Disk, "store_disk")]
    [InlineData(StoreFault.Conflict, "store_conflict")]
    public async Task Body_StoreRefuses_IsAnInvalidState(StoreFault fault, string errorCode)
    {
        int code = await Run((_, _) => throw new StoreException(fault, "Not this file."), "-o", "jsonl");

        code.Should().Be(4);
        CommandLineTests.Envelope(JsonNode.Parse(_out.ToString())!.AsObject()).Should().Be((1, "error", 4, errorCode));
    }

    [Fact]
    public async Task Body_ThrowsTheUnforeseen_SaysWhatWhereAndWhatToDo()
    {
        int code = await Run((_, _) => throw new InvalidOperationException("The sky fell."));

        code.Should().Be(1);
        _error.ToString().Should().Contain("InvalidOperationException: The sky fell.").And.Contain("CommandRunnerTests").And.Contain("report it").And.Contain("docs/exit-codes/1.md");
        _out.ToString().Should().BeEmpty();
    }

    [Fact]
    public async Task Body_OutlastsItsTimeout_IsATimeout()
    {
        Task<int> run = Run(async (_, stopping) =>
        {
            await new TaskCompletionSource().Task.WaitAsync(stopping);
            return new CommandResult();
        }, "--timeout", "5m");

        _time.Advance(TimeSpan.FromMinutes(5));

        (await run).Should().Be(3);
        _error.ToString().Should().Contain("Not done within 00:05:00").And.Contain("--timeout");
    }

    [Fact]
    public async Task Body_Interrupted_SaysSo()
    {
        using var signal = new CancellationTokenSource();
        Task<int> run = Run(async (_, stopping) =>
        {
            await new TaskCompletionSource().Task.WaitAsync(stopping);
            return new CommandResult();
        }, signal.Token);

        signal.Cancel();

        (await run).Should().Be(1);
        _error.ToString().Should().Contain("Interrupted");
    }

    [Fact]
    public async Task Progress_InJson_GoesToStandardError()
    {
        await Run((context, _) =>
        {
            context.Output.Progress!.WriteLine("round 1");
            context.Output.Event("round", () => new JsonObject { ["round"] = 1 });
            return Task.FromResult(new CommandResult { Data = 2 });
        }, "-o", "jsonl");

        _error.ToString().Should().Be("round 1\n");
        _out.ToString().Split('\n')[0].Should().Be("""{"schema_version":1,"event":"round","data":{"round":1}}""");
        _out.ToString().Split('\n').Should().HaveCount(3);
    }

    [Fact]
    public async Task Progress_Quiet_IsNone()
    {
        await Run((context, _) =>
        {
            context.Output.Progress.Should().BeNull();
            context.Output.Notice("unseen");
            return Task.FromResult(new CommandResult { Text = o => o.WriteLine("result") });
        }, "-q");

        (_out.ToString(), _error.ToString()).Should().Be(("result\n", string.Empty));
    }

    private Task<int> Run(CommandBody body, params string[] arguments) => Run(body, CancellationToken.None, arguments);

    private Task<int> Run(CommandBody body, CancellationToken stopping, params string[] arguments)
    {
        var options = new GlobalOptions();
        var root = new RootCommand();
        options.AddTo(root);
        var command = new Command("work");
        root.Subcommands.Add(command);
        var terminal = new Terminal { Out = _out, Error = _error, IsInteractive = false, Environment = new Dictionary<string, string>() };
        new CommandRunner(options, terminal, _time).Bind(command, body);
        return root.Parse(["work", .. arguments]).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false }, stopping);
    }
}
