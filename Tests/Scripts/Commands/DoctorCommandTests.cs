using System.Net;
using System.Net.Sockets;
using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Tcp;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;

namespace FedActors.Tests.Scripts.Commands;

public sealed class DoctorCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Doctor_HealthyMachine_PassesEveryCheckAndLeavesNothing()
    {
        CommandLineRun run = await Run("--set", "Transport:ProviderPort=0");

        run.ExitCode.Should().Be(0, run.Out + run.Error);
        run.Out.Should().MatchRegex(@"fsync +(ok|warn) +a durable write takes").And.Contain("there is no").And.Contain("TLS is off");
        Directory.EnumerateFileSystemEntries(_folder.Path).Should().BeEmpty();
    }

    [Fact]
    public async Task Doctor_PortTaken_NamesIt()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;

        CommandLineRun run = await Run("--set", $"Transport:ProviderPort={port}", "-o", "json");

        (run.ExitCode, State(run, "port")).Should().Be((4, "fail"));
        Text(run, "port").Should().Contain($"Port {port} on 127.0.0.1 is in use");
    }

    /// <summary>Whoever listened there passed for the provider.</summary>
    [Fact]
    public async Task Doctor_AnotherProgramAtTheProvidersAddress_IsNoProvider()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        Task hangsUp = Task.Run(async () => (await other.AcceptTcpClientAsync()).Dispose());

        CommandLineRun run = await Run("--provider", $"{other.LocalEndpoint}", "-o", "json");

        await hangsUp;
        State(run, "provider").Should().Be("fail");
        Text(run, "provider").Should().Contain($"{other.LocalEndpoint}");
    }

    [Theory]
    [InlineData("provider", "ok", "answers: the node site")]
    [InlineData("peer", "fail", "is the node site, and no provider. It runs actors, peer: correct the address.")]
    public async Task Doctor_ANodeAtTheProvidersAddress_IsLookedAt(string actor, string state, string text)
    {
        await using ActorSystem node = new(new ActorSystemOptions
        {
            Node = "site",
            Remoting = new RemotingOptions { Transport = new TcpTransport(), Registry = ObservationProtocol.Register(new MessageRegistryBuilder()).Build() },
        });
        node.Spawn(ObservingRoles.Actors(), ObservingRoles.ActorsName);
        node.Spawn(Props.Create(() => new RecordingActor([], 1)), actor);
        TransportAddress address = await node.Remote.ListenAsync(TestNodes.AnyPort);

        CommandLineRun run = await Run("--provider", $"{address}", "-o", "json");

        State(run, "provider").Should().Be(state);
        Text(run, "provider").Should().Be($"{address} {text}");
    }

    [Fact]
    public async Task Doctor_CombinerThatIsNotThere_Warns()
    {
        CommandLineRun run = await Run("--set", "Transport:Combiners=127.0.0.1:1", "--set", "Transport:ProviderPort=0", "-o", "json");

        State(run, "combiner").Should().Be("warn");
        Text(run, "combiner").Should().Contain("127.0.0.1:1");
    }

    [Fact]
    public async Task Doctor_ProviderNamedAndNotThere_Fails()
    {
        CommandLineRun run = await Run("--provider", "127.0.0.1:1", "-o", "json");

        State(run, "provider").Should().Be("fail");
        Text(run, "provider").Should().Contain("127.0.0.1:1");
    }

    [Fact]
    public async Task Doctor_InvalidConfiguration_ListsItsFaults()
    {
        CommandLineRun run = await Run("--set", "Training:Rounds=0", "--set", "Nonsense=1", "-o", "json");

        run.ExitCode.Should().Be(4);
        run.Json["data"]!["checks"]!.AsArray().Should().HaveCount(2);
    }

    [Fact]
    public async Task Doctor_ForeignStoreAndMissingDataAndCertificates_FailsEachByName()
    {
        Directory.CreateDirectory(_folder["storage"]);
        File.WriteAllText(_folder["storage/training.db"], "A diary, and by no means a database. It is long enough to be one.");

        CommandLineRun run = await Run(
            "--set", "Data:Source=/none", "--set", "Transport:Tls:Mode=mutual", "--set", "Transport:Tls:Certificate=/none.pem",
            "--set", "Transport:Tls:Key=/none.key", "--set", "Transport:Tls:Authority=/ca.pem", "-o", "json");

        (State(run, "store"), State(run, "data"), State(run, "certificates")).Should().Be(("fail", "fail", "fail"));
        run.ExitCode.Should().Be(4);
    }

    [Fact]
    public async Task Doctor_ClockBeforeTheStoresRuns_SaysToSetIt()
    {
        var time = new ManualTimeProvider();
        using (FedActors.Storage.Training.SqliteTrainingStore store = new(new() { Path = _folder["storage/training.db"] }))
        {
            store.BeginRun(StoredRuns.Run());
        }

        CommandLineRun run = await CommandLineRun.Of(Environment, time, CancellationToken.None, "doctor", "-o", "json");

        State(run, "clock").Should().Be("fail");
        Text(run, "clock").Should().Contain("set the clock");
    }

    /// <summary>Gossip mode was not looked at: a peer's damaged store passed.</summary>
    [Fact]
    public async Task Doctor_GossipWithADamagedStoreAndASeedThatIsNotThere_FailsEachByName()
    {
        Directory.CreateDirectory(_folder["storage/peers/A"]);
        File.WriteAllText(_folder["storage/peers/A/gossip.db"], "A diary, and by no means a database. It is long enough to be one.");

        CommandLineRun run = await Run("--mode", "gossip", "--seed", "127.0.0.1:1", "--set", "Transport:PeerPort=0", "-o", "json");

        run.ExitCode.Should().Be(4);
        (State(run, "peers"), State(run, "seeds"), State(run, "topology"), State(run, "port")).Should().Be(("fail", "fail", "ok", "ok"));
    }

    [Fact]
    public async Task Doctor_GossipAfterARun_FindsItsStoresWhole()
    {
        string store = $"Storage:Path={_folder["storage"]}";
        await CommandLineRun.Of("run", "--mode", "gossip", "--rounds", "1", "--epochs", "1", "--set", store);

        CommandLineRun run = await Run("--mode", "gossip", "--set", "Transport:PeerPort=0", "-o", "json");

        run.ExitCode.Should().Be(0, run.Out);
        Text(run, "peers").Should().Contain("4 stores").And.Contain("whole");
        (State(run, "topology"), State(run, "seeds")).Should().Be(("ok", "ok"));
    }

    private Dictionary<string, string> Environment => new() { ["FEDACTORS_Storage__Path"] = _folder["storage"] };

    private static string State(CommandLineRun run, string check) => Check(run, check)["state"]!.GetValue<string>();

    private static string Text(CommandLineRun run, string check) => Check(run, check)["text"]!.GetValue<string>();

    private static System.Text.Json.Nodes.JsonNode Check(CommandLineRun run, string name) =>
        run.Json["data"]!["checks"]!.AsArray().Single(c => c!["name"]!.GetValue<string>() == name)!;

    private Task<CommandLineRun> Run(params string[] arguments) => CommandLineRun.Of(Environment, TimeProvider.System, CancellationToken.None, ["doctor", .. arguments]);
}
