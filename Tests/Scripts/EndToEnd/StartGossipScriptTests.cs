using System.Text.Json.Nodes;
using FedActors.Storage;
using FedActors.Storage.Gossip;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.EndToEnd;

/// <summary><c>start-gossip.sh</c> as a person runs it.</summary>
public sealed class StartGossipScriptTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly BuiltInPlaceOfDotnet _program;

    public StartGossipScriptTests() => _program = new BuiltInPlaceOfDotnet(_folder["bin"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Script_PeersRoundsTopologyAndReporters_StartThemAndKeepTheirState()
    {
        CommandLineRun first = await Script("--peers", "3", "--rounds", "2", "--epochs", "1", "--topology", "ring", "--reporters", "2", "--port", "0", "-o", "json");
        CommandLineRun second = await Script("--peers", "3", "--rounds", "2", "--epochs", "1", "--port", "0", "-o", "json");
        CommandLineRun fresh = await Script("--peers", "3", "--rounds", "1", "--epochs", "1", "--port", "0", "--fresh", "-o", "json");

        first.ExitCode.Should().Be(0, first.Error);
        first.Error.Should().Contain("topology ring");
        Directory.GetFiles(_folder["storage/logs"], "reporter-*.log").Should().HaveCount(2);
        (Rounds(first), Rounds(second), Rounds(fresh)).Should().Be((2, 2, 1), second.Error + fresh.Error);
        second.Error.Should().Contain("go on with what they know");
        first.Json["data"]!["peers"]!.AsArray().Select(p => p!["parameter_hash"]!.GetValue<string>()).Distinct().Should().ContainSingle();
        using SqliteGossipStore store = new(new GossipStoreOptions { Path = _folder["storage/peers/A/gossip.db"], Access = StoreAccess.Read });
        store.FindPeer("A")!.Starts.Should().Be(3);
    }

    [Fact]
    public async Task Script_TlsAndASeed_UsesTheCertificatesOfTheFolder()
    {
        await BuiltProgram.RunAsync(_folder.Path, "cert", "generate", "--host", "A", "--host", "B", "--to", "my certs");

        CommandLineRun run = await Script("--tls", "--certificates", "my certs", "--peers", "2", "--rounds", "1", "--epochs", "1", "--port", "0", "--seeds", "127.0.0.1:1", "-o", "json");
        CommandLineRun without = await Script("--tls", "--peers", "2", "--port", "0", "-o", "json");

        run.ExitCode.Should().Be(0, run.Error);
        JsonNode config = JsonNode.Parse((await BuiltProgram.RunAsync(_folder.Path, "runs", "show", "-o", "json")).Out)!["data"]!["configuration"]!;
        config["Transport"]!["Tls"]!["Mode"]!.GetValue<string>().Should().Be("mutual");
        config["Gossip"]!["Seeds"]!.AsArray().Should().ContainSingle();
        without.ExitCode.Should().Be(64, "there is no folder certs here");
        without.Error.Should().Contain("certs/node.pem");
    }

    /// <summary>The twin for PowerShell names its parameters; the shell's hands on what it does not know itself.</summary>
    [Fact]
    public void Scripts_ForBothShells_TakeTheSameOptions()
    {
        string powershell = File.ReadAllText(Repository.PathOf("start-gossip.ps1"));
        string shell = File.ReadAllText(Repository.PathOf("start-gossip.sh"));
        string[] parameters = [.. System.Text.RegularExpressions.Regex.Matches(powershell, @"\](?:\[\w+(?:\[\])?\])?\$(?<name>[A-Z]\w+)[,\s]").Select(m => m.Groups["name"].Value.ToLowerInvariant()).Distinct()];
        string[] handled = ["tls", "certificates"];

        parameters.Should().Contain(["peers", "seeds", "rounds", "topology", "reporters", "fresh", "tls", "certificates"]);
        handled.Should().OnlyContain(name => shell.Contains($"\"--{name}\""));
        parameters.Except(handled).Should().OnlyContain(name => powershell.Contains($"'--{name}'"), "it passes them on under the names that the shell's user types");
    }

    private static int Rounds(CommandLineRun run) => run.Json["data"]!["rounds"]!.GetValue<int>();

    private Task<CommandLineRun> Script(params string[] arguments) =>
        _program.RunAsync(_folder.Path, ["/bin/sh", Repository.PathOf("start-gossip.sh"), .. arguments]);
}
