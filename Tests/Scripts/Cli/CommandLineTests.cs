using System.CommandLine;
using System.Text.Json.Nodes;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Commands;
using FedActors.Storage;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.Cli;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("config", "shw")]
    [InlineData("nonsense")]
    [InlineData("config", "show", "--nonsense")]
    [InlineData("config", "show", "--timeout", "5")]
    [InlineData("config", "show", "-o", "xml")]
    [InlineData("config", "show", "-o", "1")]
    [InlineData("config", "show", "--", "--nonsense")]
    [InlineData("config", "show", "--set")]
    [InlineData("completion", "tcsh")]
    [InlineData]
    public async Task CommandLine_NotUnderstood_IsUsageOnStandardError(params string[] arguments)
    {
        CommandLineRun run = await CommandLineRun.Of(arguments);

        run.ExitCode.Should().Be(64);
        run.Out.Should().BeEmpty();
        run.Error.Should().StartWith("fedactors: The command line is not understood:").And.Contain("--help shows what it takes").And.EndWith("see docs/exit-codes/64.md\n");
    }

    [Fact]
    public async Task CommandLine_Misspelt_NamesTheCommandThatWasMeant() =>
        (await CommandLineRun.Of("config", "shw")).Error.Should().Contain("Did you mean show?").And.Contain("fedactors config --help").And.NotContain("Required command");

    [Theory]
    [InlineData("-o", "json")]
    [InlineData("-ojson", "shw")]
    [InlineData("--output=jsonl", "shw")]
    public async Task CommandLine_NotUnderstoodAskedForJson_AnswersInJson(params string[] more)
    {
        CommandLineRun run = await CommandLineRun.Of([.. more, "config"]);

        run.ExitCode.Should().Be(64);
        Envelope(run.Json).Should().Be((1, "error", 64, "usage"));
        run.Error.Should().NotBeEmpty();
    }

    [Fact]
    public async Task Json_Success_IsOneObjectInTheAgreedForm()
    {
        CommandLineRun run = await CommandLineRun.Of("config", "show", "-o", "json");

        Envelope(run.Json).Should().Be((1, "ok", 0, null));
        run.Json.Select(p => p.Key).Should().Equal("schema_version", "status", "exit_code", "error_code", "data");
        run.Json["data"]!["configuration"]!["Training"]!["Rounds"]!.GetValue<int>().Should().Be(new FedActors.FL.Configuration.TrainingOptions().Rounds);
        run.Error.Should().BeEmpty();
    }

    [Fact]
    public async Task Jsonl_Success_IsOneLine()
    {
        CommandLineRun run = await CommandLineRun.Of("config", "show", "-o", "jsonl");

        run.Out.Split('\n').Should().HaveCount(2).And.HaveElementAt(1, string.Empty);
        Envelope(run.Json).Should().Be((1, "ok", 0, null));
    }

    [Fact]
    public async Task ConfigShow_WithFaults_ListsThemAllInBothForms()
    {
        string[] arguments = ["config", "show", "--set", "Training:Rounds=0", "--set", "Seed=x"];
        CommandLineRun text = await CommandLineRun.Of(arguments);
        CommandLineRun json = await CommandLineRun.Of([.. arguments, "-o", "json"]);

        text.ExitCode.Should().Be(64);
        text.Error.Should().Contain("The configuration has 2 faults:\n  Training:Rounds is \"0\" (--set): must be").And.Contain("\n  Seed is \"x\"");
        json.Json["error_code"]!.GetValue<string>().Should().Be("invalid_configuration");
        json.Json["data"]!["details"]!.AsArray().Should().HaveCount(2);
    }

    [Theory]
    [InlineData("Seed")]
    [InlineData("=5")]
    public async Task Set_WithoutKeyOrValue_SaysHowToWriteIt(string setting)
    {
        CommandLineRun run = await CommandLineRun.Of("config", "show", "--set", setting);

        run.ExitCode.Should().Be(64);
        run.Error.Should().Contain("write it as key=value");
    }

    [Fact]
    public async Task ConfigFile_NamedTwice_IsRefused() =>
        (await CommandLineRun.Of("config", "show", "a.json", "--config", "b.json")).Error.Should().Contain("named twice");

    [Fact]
    public async Task ConfigShow_WithOrigin_SaysWhereValuesCameFrom()
    {
        var environment = new Dictionary<string, string> { ["FEDACTORS_Seed"] = "7" };

        CommandLineRun run = await CommandLineRun.Of(environment, TimeProvider.System, CancellationToken.None, "config", "show", "--origin");

        run.Out.Should().MatchRegex(@"Seed +7 +environment FEDACTORS_Seed\n").And.MatchRegex(@"Training:Rounds +50 +default\n");
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _fedactors fedactors")]
    [InlineData("zsh", "#compdef fedactors")]
    [InlineData("fish", "complete -c fedactors")]
    [InlineData("pwsh", "Register-ArgumentCompleter")]
    public async Task Completion_OfAShell_IsItsScript(string shell, string expected) =>
        (await CommandLineRun.Of("completion", shell)).Out.Should().Contain(expected);

    [Fact]
    public async Task Suggest_PartOfACommand_CompletesIt() =>
        (await CommandLineRun.Of("[suggest:15]", "fedactors confi")).Out.Split('\n').Should().Contain("config").And.NotContain("completion");

    [Fact]
    public async Task Help_OfEveryCommand_TeachesByExample()
    {
        foreach (string[] path in Leaves(Tree()))
        {
            CommandLineRun run = await CommandLineRun.Of([.. path, "--help"]);
            run.ExitCode.Should().Be(0);
            run.Out.Should().Contain("Examples:").And.Contain($"fedactors {string.Join(' ', path)}");
        }
    }

    [Fact]
    public void Commands_Documented_AreInStep()
    {
        string page = RepositoryFiles.Read("docs/commands.md");

        foreach (string[] path in Leaves(Tree()))
        {
            page.Should().Contain($"`{string.Join(' ', path)}");
        }
    }

    [Theory]
    [MemberData(nameof(ExitCodes))]
    public void ExitCode_OfEveryKind_HasAPage(int code) =>
        RepositoryFiles.Read($"docs/exit-codes/{code}.md").Should().Contain($"# Exit code {code}").And.Contain("## What to do");

    public static TheoryData<int> ExitCodes() => new(Enum.GetValues<ExitCode>().Select(c => (int)c));

    internal static (int Schema, string Status, int ExitCode, string? ErrorCode) Envelope(JsonObject json) =>
        (json["schema_version"]!.GetValue<int>(), json["status"]!.GetValue<string>(), json["exit_code"]!.GetValue<int>(), json["error_code"]?.GetValue<string>());

    private static RootCommand Tree()
    {
        var root = new RootCommand();
        var terminal = new Terminal { Out = TextWriter.Null, Error = TextWriter.Null, IsInteractive = false, Environment = new Dictionary<string, string>() };
        foreach (Command command in AllCommands.Create(new CommandRunner(new GlobalOptions(), terminal, TimeProvider.System), _ => true))
        {
            root.Subcommands.Add(command);
        }

        return root;
    }

    private static IEnumerable<string[]> Leaves(Command command) => command.Subcommands
        .Where(c => !c.Hidden)
        .SelectMany(c => c.Subcommands.Count == 0 ? [[c.Name]] : Leaves(c).Select(path => (string[])[c.Name, .. path]));
}
