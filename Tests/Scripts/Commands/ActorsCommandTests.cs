using System.Text.Json.Nodes;
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

public sealed class ActorsCommandTests : IAsyncLifetime
{
    private readonly ActorSystem _node = new(new ActorSystemOptions
    {
        Node = "site",
        Remoting = new RemotingOptions { Transport = new TcpTransport(), Registry = ObservationProtocol.Register(new MessageRegistryBuilder()).Build() },
    });

    /// <summary>The commands' own: it stands still, so that no answer comes too late on a busy machine.</summary>
    private readonly ManualTimeProvider _time = new();

    private TransportAddress _address = null!;

    public async Task InitializeAsync()
    {
        _node.Spawn(ObservingRoles.Actors(), ObservingRoles.ActorsName);
        _node.SpawnEcho();
        _address = await _node.Remote.ListenAsync(new TransportAddress(OwnLoopback.Of(nameof(ActorsCommandTests)), 0));
    }

    public Task DisposeAsync() => _node.DisposeAsync().AsTask();

    [Fact]
    public async Task Tree_OfARunningNode_ShowsItsActors()
    {
        CommandLineRun json = await Run("tree", "-o", "json");
        CommandLineRun text = await Run("tree");

        json.ExitCode.Should().Be(0, json.Error);
        JsonNode node = json.Json["data"]!["nodes"]!.AsArray().Single()!;
        node["node"]!.GetValue<string>().Should().Be("site");
        node["actors"]!.AsArray().Select(actor => actor!["actor"]!.GetValue<string>()).Should().BeEquivalentTo("actors", "echo");
        text.Out.Should().Contain("site\n").And.MatchRegex(@"  echo\s+running\s+0\s+0\s+0\n");
    }

    [Fact]
    public async Task Top_OfARunningNode_KnowsRates()
    {
        Task<CommandLineRun> running = Run("top", "--count", "1", "-o", "json");
        await Eventually.True(() => running.IsCompleted || _time.NextDue - _time.SteadyNow == TimeSpan.FromSeconds(1), "it waits between its two looks");
        _time.Advance(TimeSpan.FromSeconds(1));
        CommandLineRun run = await running.Limit();

        run.ExitCode.Should().Be(0, run.Error);
        JsonNode busiest = run.Json["data"]!["nodes"]!.AsArray().Single()!["actors"]!.AsArray().Single()!;
        busiest["actor"]!.GetValue<string>().Should().Be("actors", "it alone has anything to do: these questions");
        busiest["rate"]!.GetValue<double>().Should().BePositive();
    }

    [Fact]
    public async Task Tree_WhereNobodyListens_SaysSo()
    {
        await _node.DisposeAsync();

        CommandLineRun run = await Run("tree", "-o", "json");

        run.ExitCode.Should().Be(2);
        run.Json["error_code"]!.GetValue<string>().Should().Be("unreachable");
        run.Out.Should().Contain("Nobody listens");
    }

    private Task<CommandLineRun> Run(string command, params string[] options)
    {
        // A later life of the operator's node than that of the command before.
        _time.Advance(TimeSpan.FromSeconds(1));
        return CommandLineRun.Of(new Dictionary<string, string>(), _time, CancellationToken.None, ["actors", command, "--node", $"{_address}", .. options]);
    }
}
