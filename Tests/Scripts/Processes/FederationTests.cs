using FedActors.Actors.Transport;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Processes;

namespace FedActors.Tests.Scripts.Processes;

public sealed class FederationTests
{
    [Fact]
    public void Provider_StartedAgain_StaysWithItsPortAndItsRun()
    {
        var federation = new Federation("fed.json", new TransportConfig("127.0.0.1", new TransportAddress("127.0.0.1", 0), 0, 0, 0, 0, new TlsConfig("off", null, null, null)), verbose: false, []);
        ChildSpecification provider = federation.Provider("7f3a12bc");

        string first = string.Join(' ', provider.Arguments());
        federation.ProviderListensOn(40_123);
        string later = string.Join(' ', provider.Arguments());

        first.Should().Contain("--port 0 ").And.Contain("--run 7f3a12bc");
        later.Should().Contain("--port 40123 ").And.Contain("--run 7f3a12bc");
    }

    [Theory]
    [InlineData("0.0.0.0", "127.0.0.1:40123")]
    [InlineData("::", "[::1]:40123")]
    [InlineData("fe80::1", "[fe80::1]:40123")]
    [InlineData("10.0.0.2", "10.0.0.2:40123")]
    public void Members_ProviderListens_DialWhereItCanBeReached(string host, string dialled)
    {
        var federation = new Federation("fed.json", new TransportConfig(host, new TransportAddress("127.0.0.1", 0), 0, 0, 0, 0, new TlsConfig("off", null, null, null)), verbose: false, []);

        IReadOnlyList<ChildSpecification> members = federation.Members(new FedActors.FL.Data.LandsatData().Manifest, host, 40_123);

        members.Select(m => m.Name).Should().Equal("aggregator", "evaluator", "worker-A", "worker-B", "worker-C", "worker-D");
        members.Should().OnlyContain(m => string.Join(' ', m.Arguments()).Contains($"--provider {dialled} "));
    }

    [Fact]
    public void Metrics_OfEveryProcess_HaveAPortOfTheirOwn()
    {
        var data = new FedActors.FL.Data.LandsatData().Manifest;
        var transport = new TransportConfig("127.0.0.1", new TransportAddress("127.0.0.1", 0), 0, 0, 0, 0, new TlsConfig("off", null, null, null));
        var federation = new Federation("fed.json", transport, verbose: false, [1, 2], metricsPort: 9_464);
        FedConfig gossip = FedConfig.From(ConfigLoader.Load(new ConfigSources { CommandLine = [new RawValue("Metrics:Port", "9464", System.Text.Json.JsonValueKind.Undefined, "test")] }).Values);

        IEnumerable<ChildSpecification> coordinated = [federation.Provider("7f3a12bc"), .. federation.Members(data, "127.0.0.1", 1), .. federation.Combiners("127.0.0.1", 1).SelectMany(tier => tier)];
        coordinated.Select(PortOf).Should().Equal([9464, 9465, 9466, 9470, 9471, 9472, 9473, 9467, 9468, 9469]);
        new GossipFederation("fed.json", gossip, reporters: 2, verbose: false).Stages(data).SelectMany(stage => stage).Select(PortOf).Should().Equal([9468, 9469, 9464, 9465, 9466, 9467]);
        new Federation("fed.json", transport, verbose: false, [], metricsPort: 0).Provider("7f3a12bc").Arguments().Should().Contain("Metrics:Port=0");
        new Federation("fed.json", transport, verbose: false, []).Provider("7f3a12bc").Arguments().Should().NotContain("--set");

        static int PortOf(ChildSpecification child) => int.Parse(child.Arguments().Single(argument => argument.StartsWith("Metrics:Port=", StringComparison.Ordinal)).Split('=')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    [Theory]
    [InlineData("coordinated", 4_999, "gives 7 processes the ports up to 5005, and one of them listens on 5001")]
    [InlineData("coordinated", 65_530, "leaves no port for each of 7 processes: at most 65529")]
    [InlineData("gossip", 5_205, "gives 6 processes the ports up to 5210, and one of them listens on 5210")]
    [InlineData("gossip", 5_198, "gives 6 processes the ports up to 5203, and one of them listens on 5200")]
    [InlineData("coordinated", 9_464, null)]
    [InlineData("gossip", 9_464, null)]
    [InlineData("gossip", 0, null)]
    public void Metrics_PortsThatMeetOthers_AreRefusedBeforeAnythingStarts(string mode, int port, string? fault)
    {
        ConfigSources sources = new() { CommandLine = [new RawValue("Metrics:Port", $"{port}", System.Text.Json.JsonValueKind.Undefined, "test")] };
        FedConfig config = FedConfig.From(ConfigLoader.Load(sources).Values);

        Action check = mode == "gossip" ? () => GossipFederation.CheckMetricsPorts(config, peers: 4, reporters: 2) : () => Federation.CheckMetricsPorts(config, sites: 4, []);

        if (fault is null)
        {
            check.Should().NotThrow();
        }
        else
        {
            check.Should().Throw<CommandFailure>().Which.Details.Should().ContainSingle().Which.Should().Contain(fault);
        }
    }
}
