using System.Text.Json;
using FedActors.Actors.Transport;
using FedActors.FL.Configuration;
using FedActors.Scripts.Configuration;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.Configuration;

public sealed class GossipConfigTests
{
    [Fact]
    public void Load_NoSources_HasTheDefaultsOfTheOptions()
    {
        FedConfig config = Config();

        config.IsGossip.Should().BeFalse();
        config.Gossip.Options.Should().Be(new GossipOptions());
        config.Gossip.Topology.Name.Should().Be("complete");
        config.Gossip.Seeds.Should().BeEmpty();
        config.Gossip.Ports.Should().Be(new GossipPorts(Peer: 5210, Reporter: 5200, ReporterHttp: 5201));
    }

    [Fact]
    public void Load_ListsFromFileAndCommandLine_AreTheSame()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["fed.json"], """{"Mode":"gossip","Gossip":{"Seeds":["10.0.0.2","[::1]:6000"]}}""");
        ConfigLoad file = ConfigLoader.Load(new ConfigSources { File = folder["fed.json"] });
        FedConfig line = Config(("Mode", "gossip"), ("Gossip:Seeds", "10.0.0.2, [::1]:6000"));

        file.Faults.Should().BeEmpty();
        FedConfig.From(file.Values).Gossip.Seeds.Should().Equal(new TransportAddress("10.0.0.2", 5210), new TransportAddress("::1", 6000));
        line.Gossip.Seeds.Should().Equal(FedConfig.From(file.Values).Gossip.Seeds);
        line.IsGossip.Should().BeTrue();
    }

    [Fact]
    public void Load_OwnJson_GivesTheSameConfigurationAgain()
    {
        FedConfig config = Config(("Mode", "gossip"), ("Gossip:Seeds", "10.0.0.2"), ("Gossip:Topology", "custom"), ("Gossip:Edges", "A:B,B:C"), ("Gossip:ConvergenceEps", "0.5"));

        ConfigLoad again = ConfigLoader.Load(new ConfigSources { Stored = ("stored", config.Json) });

        again.Faults.Should().BeEmpty();
        FedConfig.From(again.Values).Json.Should().Be(config.Json);
    }

    [Fact]
    public void Load_CustomTopology_ConnectsBothEndsOfEveryPair()
    {
        FedConfig config = Config(("Gossip:Topology", "custom"), ("Gossip:Edges", "A:B,B:C"));

        config.Gossip.Topology.NeighboursOf("B", ["A", "B", "C"]).Should().BeEquivalentTo("A", "C");
        config.Gossip.Topology.NeighboursOf("C", ["A", "B", "C"]).Should().Equal("B");
    }

    [Fact]
    public void Load_CustomTopologyInTwoParts_IsAFaultThatNamesThem()
    {
        ConfigLoad load = ConfigLoader.Load(new ConfigSources { CommandLine = [Given("Gossip:Topology", "custom"), Given("Gossip:Edges", "A:B,C:D")] });

        load.Faults.Should().ContainSingle().Which.ToString().Should().StartWith("Gossip:Edges").And.Contain("C");
    }

    [Theory]
    [InlineData("Gossip:Topology", "custom", "Gossip:Edges: is needed when Gossip:Topology is custom")]
    [InlineData("Gossip:Edges", "A:B", "Gossip:Edges is [\"A:B\"] (test): means something only when Gossip:Topology is custom")]
    [InlineData("Gossip:Edges", "A", "Gossip:Edges is \"A\" (test): must be a list")]
    [InlineData("Gossip:Topology", "tree", "must be one of \"complete\", \"ring\"")]
    [InlineData("Gossip:MinPeers", "9", "must be at most Gossip:Peers, which is 4")]
    [InlineData("Transport:PeerPort", "5201", "must differ from")]
    [InlineData("Gossip:Interval", "1", "must be a duration")]
    public void Load_SettingOutOfBounds_IsAFaultThatSaysWhatIsAllowed(string path, string value, string fault)
    {
        ConfigLoad load = ConfigLoader.Load(new ConfigSources { CommandLine = [Given(path, value)] });

        load.Faults.Should().ContainSingle().Which.ToString().Should().Contain(fault);
    }

    [Fact]
    public void GossipStore_NamesThatAreNoFileNames_StayInTheirFolderAndApart()
    {
        StorageConfig storage = Config(("Storage:Path", "s")).Storage;

        storage.GossipStore("A").Should().Be(Path.Combine("s", "peers", "A", "gossip.db"));
        storage.GossipStore("..").Should().Be(Path.Combine("s", "peers", "%2e%2e", "gossip.db"));
        storage.GossipStore("a/b").Should().Be(Path.Combine("s", "peers", "a%2fb", "gossip.db"));
        storage.GossipStore("ä").Should().Be(Path.Combine("s", "peers", "%c3%a4", "gossip.db"));
    }

    private static FedConfig Config(params (string Path, string Value)[] settings)
    {
        ConfigLoad load = ConfigLoader.Load(new ConfigSources { CommandLine = [.. settings.Select(s => Given(s.Path, s.Value))] });
        load.Faults.Should().BeEmpty();
        return FedConfig.From(load.Values);
    }

    private static RawValue Given(string path, string value) => new(path, value, JsonValueKind.Undefined, "test");
}
