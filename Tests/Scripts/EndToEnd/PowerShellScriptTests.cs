using System.Text.Json.Nodes;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.OutsidePrograms;

namespace FedActors.Tests.Scripts.EndToEnd;

/// <summary>The scripts for PowerShell as a person runs them.</summary>
public sealed class PowerShellScriptTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly BuiltInPlaceOfDotnet _program;

    public PowerShellScriptTests() => _program = new BuiltInPlaceOfDotnet(_folder["bin"]);

    public void Dispose() => _folder.Dispose();

    [OutsideProgramFact(OutsideProgram.PowerShell)]
    public async Task StartProvider_Parameters_ReachTheRun()
    {
        CommandLineRun run = await Script("start-provider.ps1", "-Workers 2 -Rounds 1 -Epochs 1 -Mu 0.25 -Port 0");

        run.ExitCode.Should().Be(0, run.Out + run.Error);
        run.Out.Should().Contain("finished  1 round");
        JsonNode training = (await ConfigurationAsync())["Training"]!;
        training["Mu"]!.GetValue<double>().Should().Be(0.25);
        training["LocalEpochs"]!.GetValue<int>().Should().Be(1);
    }

    [OutsideProgramFact(OutsideProgram.PowerShell)]
    public async Task StartGossip_ListsAndSwitches_ReachTheRun()
    {
        CommandLineRun run = await Script("start-gossip.ps1", "-Peers 2 -Rounds 1 -Epochs 1 -Port 0 -Topology ring -Seeds 127.0.0.1:1,127.0.0.1:2 -Reporters 1 -Fresh");

        run.ExitCode.Should().Be(0, run.Out + run.Error);
        run.Out.Should().Contain("agreed  1 round  2 peers");
        JsonNode gossip = (await ConfigurationAsync())["Gossip"]!;
        gossip["Topology"]!.GetValue<string>().Should().Be("ring");
        gossip["Seeds"]!.AsArray().Select(seed => seed!.GetValue<string>()).Should().Equal("127.0.0.1:1", "127.0.0.1:2");
        File.Exists(_folder["storage/logs/reporter.log"]).Should().BeTrue();
    }

    [OutsideProgramTheory(OutsideProgram.PowerShell)]
    [InlineData("start-gossip.ps1", "-Peers 0", 1, "Cannot validate argument on parameter 'Peers'")]
    [InlineData("start-provider.ps1", "-Tls -Certificates none -Port 0", 64, "none/node.pem")]
    public async Task Script_WhatCannotBe_EndsWithTheCodeAndWords(string script, string parameters, int code, string words)
    {
        CommandLineRun run = await Script(script, parameters);

        run.ExitCode.Should().Be(code);
        (run.Out + run.Error).Should().Contain(words);
    }

    private async Task<JsonNode> ConfigurationAsync() => (await BuiltProgram.RunAsync(_folder.Path, "runs", "show", "-o", "json")).Json["data"]!["configuration"]!;

    private Task<CommandLineRun> Script(string name, string parameters) => _program.RunAsync(
        _folder.Path, OutsidePrograms.Require(OutsideProgram.PowerShell), "-NoProfile", "-NonInteractive", "-Command", $"$ErrorActionPreference = 'Stop'; & '{Repository.PathOf(name)}' {parameters}; exit $LASTEXITCODE");
}
