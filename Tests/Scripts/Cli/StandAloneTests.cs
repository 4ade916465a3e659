using FedActors.Scripts.Cli;
using FedActors.Scripts.Commands;

namespace FedActors.Tests.Scripts.Cli;

/// <summary>The programs <c>peer</c> and <c>reporter</c>, which are one command each.</summary>
public sealed class StandAloneTests
{
    /// <summary>Help said "peer start peer".</summary>
    [Fact]
    public async Task Peer_Help_SpeaksOfPeerAlone()
    {
        (int code, string output, _) = await RunAsync("peer", StartPeerCommand.Create, "--help");

        code.Should().Be(0);
        output.Should().Contain("  peer --site A ").And.Contain("--site <name>").And.Contain("--timeout <duration>").And.NotContain("start peer").And.NotContain("fedactors");
    }

    /// <summary>The version was refused as an unknown option.</summary>
    [Theory]
    [InlineData("peer")]
    [InlineData("reporter")]
    public async Task Program_Version_IsAVersion(string program)
    {
        (int code, string output, string error) = await RunAsync(program, program == "peer" ? StartPeerCommand.Create : StartReporterCommand.Create, "--version");

        code.Should().Be(0, error);
        output.Should().MatchRegex(@"^\d+\.\d+\.\d+");
    }

    /// <summary>Errors were said to be those of fedactors.</summary>
    [Theory]
    [InlineData("peer", "--nonsense")]
    [InlineData("reporter", "--nonsense")]
    public async Task Program_Misused_SpeaksUnderItsOwnName(string program, string argument)
    {
        (int code, _, string error) = await RunAsync(program, program == "peer" ? StartPeerCommand.Create : StartReporterCommand.Create, argument);

        code.Should().Be(64);
        error.Should().StartWith($"{program}: The command line is not understood").And.Contain($"  {program} --help shows");
    }

    private static async Task<(int Code, string Out, string Error)> RunAsync(string program, Func<CommandRunner, FedCommand> command, params string[] arguments)
    {
        var output = new StringWriter { NewLine = "\n" };
        var error = new StringWriter { NewLine = "\n" };
        var terminal = new Terminal { Program = program, Out = output, Error = error, IsInteractive = false, Environment = new Dictionary<string, string>() };
        int code = await new FedActorsCommandLine(terminal, TimeProvider.System, command).RunAsync(arguments, CancellationToken.None);
        return (code, output.ToString(), error.ToString());
    }
}
