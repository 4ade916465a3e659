using FedActors.Actors.Transport;
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
}
